{#-
  The window of a sweep: the rows of each group (`keys`) in the order of `order_by`. For running sums that
  are 0 again at the end of each group, and for looks ahead that nobody reads from a group's last row.
-#}
{% macro sweep_order(keys, order_by) %}
    {{- adapter.dispatch('sweep_order', 'label_lineage')(keys, order_by) -}}
{% endmacro %}


{% macro default__sweep_order(keys, order_by) -%}
    partition by {{ keys | join(', ') }} order by {{ order_by }}
{%- endmacro %}


{#- One sort takes a third of the time of many small ones, and those sums need no borders between the groups. -#}
{% macro duckdb__sweep_order(keys, order_by) -%}
    order by {{ keys | join(', ') }}, {{ order_by }}
{%- endmacro %}
