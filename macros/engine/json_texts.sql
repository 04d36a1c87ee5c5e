{#- A JSON array of strings as a text list, in its order. -#}
{% macro json_texts(json) %}
    {{- adapter.dispatch('json_texts', 'label_lineage')(json) -}}
{% endmacro %}


{% macro default__json_texts(json) %}
    {{ label_lineage.unsupported('json_texts') }}
{% endmacro %}


{% macro duckdb__json_texts(json) -%}
    json_extract_string({{ json }}, '$[*]')
{%- endmacro %}


{% macro postgres__json_texts(json) -%}
    array(
        select item from json_array_elements_text(cast({{ json }} as json)) with ordinality as items(item, place)
        order by place
    )
{%- endmacro %}


{% macro trino__json_texts(json) -%}
    cast(json_parse({{ json }}) as array(varchar))
{%- endmacro %}


{% macro spark__json_texts(json) -%}
    from_json({{ json }}, 'array<string>')
{%- endmacro %}


{#- Tried, for texts of other kinds may be read before the condition that leaves their rows out. -#}
{% macro snowflake__json_texts(json) -%}
    cast(try_parse_json({{ json }}) as array)
{%- endmacro %}


{#- Item by item, for the emulator reads the text "null" of a whole list as NULL. -#}
{% macro bigquery__json_texts(json) -%}
    array(select json_value(item) from unnest(json_query_array({{ json }})) as item with offset as place order by place)
{%- endmacro %}


{% macro athena__json_texts(json) %}
    {{- label_lineage.trino__json_texts(json) -}}
{% endmacro %}
