{#- The texts of a group joined in the order of their places 1, 2, 3, ..., which no two share. -#}
{% macro text_agg_by_place(expression, separator, place) %}
    {{- adapter.dispatch('text_agg_by_place', 'label_lineage')(expression, separator, place) -}}
{% endmacro %}


{% macro default__text_agg_by_place(expression, separator, place) %}
    {{- label_lineage.text_agg(expression, separator, place) -}}
{% endmacro %}


{#- An ordered aggregate takes several times as long as picking by place, and few groups have more than four. -#}
{% macro duckdb__text_agg_by_place(expression, separator, place) %}
    max(case when {{ place }} = 1 then {{ expression }} end)
    {%- for number in range(2, 5) %}
    || coalesce({{ label_lineage.literal(separator) }} || max(case when {{ place }} = {{ number }} then {{ expression }} end), '')
    {%- endfor %}
    || coalesce({{ label_lineage.literal(separator) }} || string_agg({{ expression }}, {{ label_lineage.literal(separator) }} order by {{ place }}) filter (where {{ place }} > 4), '')
{% endmacro %}
