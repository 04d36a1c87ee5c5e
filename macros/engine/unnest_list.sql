{#- One row per element (`item`) of a list column; rows with an empty list give none. -#}
{% macro unnest_list(source, list_column, columns) %}
    {{- adapter.dispatch('unnest_list', 'label_lineage')(source, list_column, columns) -}}
{% endmacro %}


{% macro default__unnest_list(source, list_column, columns) %}
{{ label_lineage.unsupported('unnest_list') }}
{% endmacro %}


{% macro duckdb__unnest_list(source, list_column, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        unnest({{ list_column }}) as item
    from {{ source }}
{% endmacro %}


{% macro postgres__unnest_list(source, list_column, columns) %}
    {{- label_lineage.duckdb__unnest_list(source, list_column, columns) -}}
{% endmacro %}


{% macro snowflake__unnest_list(source, list_column, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        cast(items.value as varchar) as item
    from {{ source }}, lateral flatten(input => {{ list_column }}) as items
{% endmacro %}


{% macro bigquery__unnest_list(source, list_column, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        item
    from {{ source }}
    cross join unnest({{ list_column }}) as item
{% endmacro %}


{% macro spark__unnest_list(source, list_column, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        explode({{ list_column }}) as item
    from {{ source }}
{% endmacro %}


{% macro trino__unnest_list(source, list_column, columns) %}
    select
        {% for column in columns %}{{ column }}, {% endfor -%}
        items.item
    from {{ source }}
    cross join unnest({{ list_column }}) as items (item)
{% endmacro %}


{% macro athena__unnest_list(source, list_column, columns) %}
    {{- label_lineage.trino__unnest_list(source, list_column, columns) -}}
{% endmacro %}
