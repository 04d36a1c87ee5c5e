{#- Whether a text list holds a value. -#}
{% macro list_contains(list_column, value) %}
    {{- adapter.dispatch('list_contains', 'label_lineage')(list_column, value) -}}
{% endmacro %}


{% macro default__list_contains(list_column, value) %}
    {{ label_lineage.unsupported('list_contains') }}
{% endmacro %}


{% macro duckdb__list_contains(list_column, value) %}
    list_contains({{ list_column }}, {{ value }})
{% endmacro %}


{% macro postgres__list_contains(list_column, value) %}
    ({{ value }} = any({{ list_column }}))
{% endmacro %}


{% macro snowflake__list_contains(list_column, value) %}
    array_contains(to_variant({{ value }}), {{ list_column }})
{% endmacro %}


{% macro bigquery__list_contains(list_column, value) %}
    {{ value }} in unnest({{ list_column }})
{% endmacro %}


{% macro spark__list_contains(list_column, value) %}
    array_contains({{ list_column }}, {{ value }})
{% endmacro %}


{% macro trino__list_contains(list_column, value) %}
    contains({{ list_column }}, {{ value }})
{% endmacro %}


{% macro athena__list_contains(list_column, value) %}
    {{- label_lineage.trino__list_contains(list_column, value) -}}
{% endmacro %}
