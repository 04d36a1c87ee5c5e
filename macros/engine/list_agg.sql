{#- The values of a group that are not NULL as one list, sorted by their code points; `distinct x` drops repeats. -#}
{% macro list_agg(expression) %}
    {{- adapter.dispatch('list_agg', 'label_lineage')(expression) -}}
{% endmacro %}


{% macro default__list_agg(expression) %}
    {{ label_lineage.unsupported('list_agg') }}
{% endmacro %}


{#- `list(x order by x)` would sort inside the aggregate, several times slower than sorting its result. -#}
{% macro duckdb__list_agg(expression) -%}
    list_sort(list({{ expression }}) filter (where ({{ expression | replace('distinct ', '') }}) is not null))
{%- endmacro %}
