{#- How derived tables replace the rows that a run touched. -#}
{% macro upsert_strategy() %}
    {{- return(adapter.dispatch('upsert_strategy', 'label_lineage')()) -}}
{% endmacro %}


{% macro default__upsert_strategy() %}
    {{- return('merge') -}}
{% endmacro %}


{% macro duckdb__upsert_strategy() %}
    {{- return('delete+insert') -}}
{% endmacro %}


{% macro postgres__upsert_strategy() %}
    {{- return('delete+insert') -}}
{% endmacro %}
