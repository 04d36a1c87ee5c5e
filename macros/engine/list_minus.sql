{#- The elements of one text list that another does not hold. -#}
{% macro list_minus(list_column, other) %}
    {{- adapter.dispatch('list_minus', 'label_lineage')(list_column, other) -}}
{% endmacro %}


{% macro default__list_minus(list_column, other) %}
    {{ label_lineage.unsupported('list_minus') }}
{% endmacro %}


{% macro duckdb__list_minus(list_column, other) -%}
    list_filter({{ list_column }}, lambda item: not list_contains({{ other }}, item))
{%- endmacro %}
