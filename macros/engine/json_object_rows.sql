{#- One row per object (`item`, as it is written) of a JSON text whose objects hold no others, with `place` from 1. -#}
{% macro json_object_rows(source, json, columns) %}
    {{- adapter.dispatch('json_object_rows', 'label_lineage')(source, json, columns) -}}
{% endmacro %}


{% macro default__json_object_rows(source, json, columns) %}
    {{ label_lineage.unsupported('json_object_rows') }}
{% endmacro %}


{#- Not the engine's JSON functions: they print numbers anew, and not alike. -#}
{% macro duckdb__json_object_rows(source, json, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        unnest(range(1, len(items) + 1)) as place,
        unnest(items) as item
    from (
        select
            {% for column in columns %}{{ column }}, {% endfor -%}
            regexp_extract_all({{ json }}, '{{ label_lineage.json_object_pattern() }}') as items
        from {{ source }}
    ) as found_objects
{% endmacro %}


{% macro postgres__json_object_rows(source, json, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        items.place,
        items.item[1] as item
    from {{ source }}
    cross join lateral regexp_matches({{ json }}, '{{ label_lineage.json_object_pattern() }}', 'g') with ordinality as items(item, place)
{% endmacro %}


{#- From a brace to its brace, past those that stand in strings. -#}
{% macro json_object_pattern() -%}
    \{[^{}"]*(?:"[^"\\]*(?:\\.[^"\\]*)*"[^{}"]*)*\}
{%- endmacro %}


{% macro trino__json_object_rows(source, json, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        items.place,
        items.item
    from {{ source }}
    cross join unnest(regexp_extract_all({{ json }}, '{{ label_lineage.json_object_pattern() }}')) with ordinality as items (item, place)
{% endmacro %}


{% macro spark__json_object_rows(source, json, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        cast(place_from_0 + 1 as bigint) as place,
        item
    from (
        select
            {% for column in columns %}{{ column }}, {% endfor -%}
            posexplode(regexp_extract_all({{ json }}, r'{{ label_lineage.json_object_pattern() }}', 0)) as (place_from_0, item)
        from {{ source }}
    ) as exploded
{% endmacro %}


{#- There are no groups that catch nothing here; whole matches are asked for. -#}
{% macro snowflake__json_object_rows(source, json, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        cast(items.index + 1 as bigint) as place,
        cast(items.value as varchar) as item
    from {{ source }},
    lateral flatten(input => regexp_substr_all({{ json }}, {{ label_lineage.literal(label_lineage.json_object_pattern() | replace('(?:', '(')) }})) as items
{% endmacro %}


{% macro bigquery__json_object_rows(source, json, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        place_from_0 + 1 as place,
        item
    from {{ source }}
    cross join unnest(regexp_extract_all({{ json }}, {{ label_lineage.literal(label_lineage.json_object_pattern()) }})) as item with offset as place_from_0
{% endmacro %}


{% macro athena__json_object_rows(source, json, columns) %}
    {{- label_lineage.trino__json_object_rows(source, json, columns) -}}
{% endmacro %}
