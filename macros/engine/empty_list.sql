{#- A text list without elements. -#}
{% macro empty_list() %}
    {{- adapter.dispatch('empty_list', 'label_lineage')() -}}
{% endmacro %}


{% macro default__empty_list() %}
{{ label_lineage.unsupported('empty_list') }}
{% endmacro %}


{% macro duckdb__empty_list() %}
    cast([] as varchar[])
{% endmacro %}


{% macro postgres__empty_list() %}
    cast('{}' as text[])
{% endmacro %}


{% macro snowflake__empty_list() %}
    array_construct()
{% endmacro %}


{% macro bigquery__empty_list() %}
    cast([] as array<string>)
{% endmacro %}


{% macro spark__empty_list() %}
    cast(array() as array<string>)
{% endmacro %}


{% macro trino__empty_list() %}
    cast(array[] as array(varchar))
{% endmacro %}


{% macro athena__empty_list() %}
    {{- label_lineage.trino__empty_list() -}}
{% endmacro %}
