{#- One row per whole number (`number`) from `first` to `last`; rows whose last is before their first give none. -#}
{% macro number_rows(source, first, last, columns) %}
    {{- adapter.dispatch('number_rows', 'label_lineage')(source, first, last, columns) -}}
{% endmacro %}


{% macro default__number_rows(source, first, last, columns) %}
    {{ label_lineage.unsupported('number_rows') }}
{% endmacro %}


{% macro duckdb__number_rows(source, first, last, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        unnest(range(cast({{ first }} as bigint), cast({{ last }} as bigint) + 1)) as number
    from {{ source }}
{% endmacro %}


{% macro postgres__number_rows(source, first, last, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        numbers.number
    from {{ source }}
    cross join lateral generate_series(cast({{ first }} as bigint), cast({{ last }} as bigint)) as numbers(number)
{% endmacro %}


{#- A sequence has at most 10,000 numbers, so longer ones are put together from several. -#}
{% macro trino__number_rows(source, first, last, columns) %}
    {%- set first, last = 'cast(' ~ first ~ ' as bigint)', 'cast(' ~ last ~ ' as bigint)' %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        numbers.number
    from {{ source }}
    cross join unnest(
        case when {{ last }} >= {{ first }} then sequence(0, ({{ last }} - {{ first }}) / 10000) else cast(array[] as array(bigint)) end
    ) as blocks (block)
    cross join unnest(
        sequence({{ first }} + 10000 * blocks.block, least({{ first }} + 10000 * blocks.block + 9999, {{ last }}))
    ) as numbers (number)
{% endmacro %}


{#- `sequence` would count down. -#}
{% macro spark__number_rows(source, first, last, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        explode(case when {{ first }} <= {{ last }} then sequence(cast({{ first }} as bigint), cast({{ last }} as bigint)) end) as number
    from {{ source }}
{% endmacro %}


{#- The end of the range is not in it. -#}
{% macro snowflake__number_rows(source, first, last, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        cast(items.value as bigint) as number
    from {{ source }}, lateral flatten(input => array_generate_range({{ first }}, {{ last }} + 1)) as items
{% endmacro %}


{#- Of whole numbers, for the emulator counts decimals wrongly. -#}
{% macro bigquery__number_rows(source, first, last, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        number
    from {{ source }}
    cross join unnest(generate_array(cast({{ first }} as int64), cast({{ last }} as int64))) as number
{% endmacro %}


{% macro athena__number_rows(source, first, last, columns) %}
    {{- label_lineage.trino__number_rows(source, first, last, columns) -}}
{% endmacro %}
