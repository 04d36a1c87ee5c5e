{#-
  Ends a subquery whose columns others use many times over. Engines that put its expressions in the place
  of their names evaluate them as often, and powers of powers would grow without bounds.
-#}
{% macro evaluated_once() %}
    {{- adapter.dispatch('evaluated_once', 'label_lineage')() -}}
{% endmacro %}


{% macro default__evaluated_once() %}
{%- endmacro %}


{% macro postgres__evaluated_once() -%}
    offset 0
{%- endmacro %}
