{#- One row per part of a text between separators: `place` from 1, `item`. The parts are as written, so that no number loses a digit. -#}
{% macro split_rows(source, text, separator, columns) %}
    {{- adapter.dispatch('split_rows', 'label_lineage')(source, text, separator, columns) -}}
{% endmacro %}


{% macro default__split_rows(source, text, separator, columns) %}
    {{ label_lineage.unsupported('split_rows') }}
{% endmacro %}


{% macro duckdb__split_rows(source, text, separator, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        unnest(range(1, len(items) + 1)) as place,
        unnest(items) as item
    from (
        select
            {% for column in columns %}{{ column }}, {% endfor -%}
            string_split({{ text }}, {{ label_lineage.literal(separator) }}) as items
        from {{ source }}
    ) as split_texts
{% endmacro %}


{% macro postgres__split_rows(source, text, separator, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        items.place,
        items.item
    from {{ source }}
    cross join lateral unnest(string_to_array({{ text }}, {{ label_lineage.literal(separator) }})) with ordinality as items(item, place)
{% endmacro %}


{% macro trino__split_rows(source, text, separator, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        items.place,
        items.item
    from {{ source }}
    cross join unnest(split({{ text }}, {{ label_lineage.literal(separator) }})) with ordinality as items (item, place)
{% endmacro %}


{% macro spark__split_rows(source, text, separator, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        cast(place_from_0 + 1 as bigint) as place,
        item
    from (
        select
            {% for column in columns %}{{ column }}, {% endfor -%}
            posexplode(split({{ text }}, {{ label_lineage.literal('\\Q' ~ separator ~ '\\E') }})) as (place_from_0, item)
        from {{ source }}
    ) as exploded
{% endmacro %}


{% macro snowflake__split_rows(source, text, separator, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        cast(items.index + 1 as bigint) as place,
        cast(items.value as varchar) as item
    from {{ source }}, lateral flatten(input => split({{ text }}, {{ label_lineage.literal(separator) }})) as items
{% endmacro %}


{% macro bigquery__split_rows(source, text, separator, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        place_from_0 + 1 as place,
        item
    from {{ source }}
    cross join unnest(split({{ text }}, {{ label_lineage.literal(separator) }})) as item with offset as place_from_0
{% endmacro %}


{% macro athena__split_rows(source, text, separator, columns) %}
    {{- label_lineage.trino__split_rows(source, text, separator, columns) -}}
{% endmacro %}
