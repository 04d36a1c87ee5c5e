{#- The values of a group that are not NULL as one list, sorted by their code points; `distinct x` drops repeats. -#}
{% macro list_agg(expression) %}
    {{- adapter.dispatch('list_agg', 'label_lineage')(expression) -}}
{% endmacro %}


{% macro default__list_agg(expression) %}
    {{ label_lineage.unsupported('list_agg') }}
{% endmacro %}


{#- Sorting and dropping repeats inside the aggregate would be several times slower than doing it to its result. -#}
{% macro duckdb__list_agg(expression) -%}
    {%- set value = expression | replace('distinct ', '') -%}
    {%- set list = 'list(' ~ value ~ ') filter (where (' ~ value ~ ') is not null)' -%}
    list_sort({{ 'list_distinct(' ~ list ~ ')' if expression.startswith('distinct ') else list }})
{%- endmacro %}
