{#- part / whole, rounded half up to six digits, by whole numbers only; NULL for a whole of 0. -#}
{% macro share(part, whole) %}
    {{- adapter.dispatch('share', 'label_lineage')(part, whole) -}}
{% endmacro %}


{% macro default__share(part, whole) %}
    {{ label_lineage.unsupported('share') }}
{% endmacro %}


{% macro duckdb__share(part, whole) -%}
    cast(cast((2000000 * {{ part }} + {{ whole }}) // nullif(2 * {{ whole }}, 0) as decimal(18, 0)) * 0.000001 as decimal(7, 6))
{%- endmacro %}
