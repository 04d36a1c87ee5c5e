{#- Before queries of many joins: whatever the engine must be told so that it plans them for more than a few rows. -#}
{% macro plan_for_joins() %}
    {{- adapter.dispatch('plan_for_joins', 'label_lineage')() -}}
{% endmacro %}


{% macro default__plan_for_joins() %}
{%- endmacro %}


{#-
  Postgres multiplies the odds of each column of a join as if they had nothing to do with each other. A
  join on dataset, version and feature is then expected to give one row, and the next is planned as a
  loop within a loop: minutes, where hashing takes a second.
-#}
{% macro postgres__plan_for_joins() -%}
    set enable_nestloop = off
{%- endmacro %}


{#- dbt's own query around a data test. -#}
{% macro postgres__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
    {{ label_lineage.plan_for_joins() }};
    {{ default__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) }}
{%- endmacro %}
