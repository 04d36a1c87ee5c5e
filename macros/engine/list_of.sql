{#- A list with one element. -#}
{% macro list_of(expression) %}
    {{- adapter.dispatch('list_of', 'label_lineage')(expression) -}}
{% endmacro %}


{% macro default__list_of(expression) %}
{{ label_lineage.unsupported('list_of') }}
{% endmacro %}


{% macro duckdb__list_of(expression) %}
    [{{ expression }}]
{% endmacro %}


{% macro postgres__list_of(expression) %}
    array[{{ expression }}]
{% endmacro %}


{% macro snowflake__list_of(expression) %}
    array_construct({{ expression }})
{% endmacro %}


{% macro bigquery__list_of(expression) %}
    [{{ expression }}]
{% endmacro %}


{% macro spark__list_of(expression) %}
    array({{ expression }})
{% endmacro %}


{% macro trino__list_of(expression) %}
    array[{{ expression }}]
{% endmacro %}


{% macro athena__list_of(expression) %}
    {{- label_lineage.trino__list_of(expression) -}}
{% endmacro %}
