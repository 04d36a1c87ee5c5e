{#-
  One row per element of a JSON array: `place` from 1, `item` as text. Strings come without quotes, null
  as NULL, anything nested as JSON. Numbers print as the engine prints them (1.50 or 1.5): cast them.
-#}
{% macro json_array_rows(source, json, columns) %}
    {{- adapter.dispatch('json_array_rows', 'label_lineage')(source, json, columns) -}}
{% endmacro %}


{% macro default__json_array_rows(source, json, columns) %}
    {{ label_lineage.unsupported('json_array_rows') }}
{% endmacro %}


{% macro duckdb__json_array_rows(source, json, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        unnest(range(1, len(items) + 1)) as place,
        unnest(items) as item
    from (
        select *, json_extract_string({{ json }}, '$[*]') as items
        from {{ source }}
    ) as read_arrays
{% endmacro %}


{% macro postgres__json_array_rows(source, json, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        place,
        item
    from {{ source }}
    cross join lateral json_array_elements_text(cast({{ json }} as json)) with ordinality as items(item, place)
{% endmacro %}


{% macro trino__json_array_rows(source, json, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        items.place,
        case
            when json_format(items.item) = 'null' then null
            when substr(json_format(items.item), 1, 1) = '"' then cast(items.item as varchar)
            else json_format(items.item)
        end as item
    from {{ source }}
    cross join unnest(cast(json_parse({{ json }}) as array(json))) with ordinality as items (item, place)
{% endmacro %}


{% macro spark__json_array_rows(source, json, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        cast(place_from_0 + 1 as bigint) as place,
        item
    from (
        select
            {% for column in columns %}{{ column }}, {% endfor -%}
            posexplode(from_json({{ json }}, 'array<string>')) as (place_from_0, item)
        from {{ source }}
    ) as exploded
{% endmacro %}


{#- Tried, for texts of other kinds may be read before the condition that leaves their rows out. -#}
{% macro snowflake__json_array_rows(source, json, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        cast(items.index + 1 as bigint) as place,
        cast(items.value as varchar) as item
    from {{ source }}, lateral flatten(input => try_parse_json({{ json }})) as items
{% endmacro %}


{% macro bigquery__json_array_rows(source, json, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        place_from_0 + 1 as place,
        coalesce(json_value(json_item), json_query(json_item, '$')) as item
    from {{ source }}
    cross join unnest(json_query_array({{ json }})) as json_item with offset as place_from_0
{% endmacro %}


{% macro athena__json_array_rows(source, json, columns) %}
    {{- label_lineage.trino__json_array_rows(source, json, columns) -}}
{% endmacro %}
