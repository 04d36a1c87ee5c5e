{#- A text list as a JSON array. -#}
{% macro list_json(list_column) %}
    {{- adapter.dispatch('list_json', 'label_lineage')(list_column) -}}
{% endmacro %}


{% macro default__list_json(list_column) %}
    {{ label_lineage.unsupported('list_json') }}
{% endmacro %}


{% macro duckdb__list_json(list_column) -%}
    cast(to_json({{ list_column }}) as varchar)
{%- endmacro %}


{#- Each text through `json_quote`, for Postgres has its own way with control characters. -#}
{% macro postgres__list_json(list_column) -%}
    case when {{ list_column }} is not null then
        '[' || coalesce((
            select string_agg({{ label_lineage.json_quote('item') }}, ',' order by place)
            from unnest({{ list_column }}) with ordinality as items(item, place)
        ), '') || ']'
    end
{%- endmacro %}


{#- Each text through `json_quote`, whose escapes are known. -#}
{% macro snowflake__list_json(list_column) -%}
    '[' || array_to_string(transform({{ list_column }}, item varchar -> {{ label_lineage.json_quote('item') }}), ',') || ']'
{%- endmacro %}


{#- Each text through `json_quote` here, too: `to_json_string` escapes more than others do. -#}
{% macro bigquery__list_json(list_column) -%}
    '[' || array_to_string(array(
        select {{ label_lineage.json_quote('item') }} from unnest({{ list_column }}) as item with offset as place
        order by place
    ), ',') || ']'
{%- endmacro %}


{% macro spark__list_json(list_column) -%}
    to_json({{ list_column }})
{%- endmacro %}


{#- And here: `json_format` writes what lies beyond U+FFFF as two escapes. -#}
{% macro trino__list_json(list_column) -%}
    '[' || array_join(transform({{ list_column }}, item -> {{ label_lineage.json_quote('item') }}), ',') || ']'
{%- endmacro %}


{% macro athena__list_json(list_column) %}
    {{- label_lineage.trino__list_json(list_column) -}}
{% endmacro %}
