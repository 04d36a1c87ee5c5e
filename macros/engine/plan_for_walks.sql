{#- Pre-hook of models that walk: whatever the engine must be told so that a step costs what it finds, not what there is. -#}
{% macro plan_for_walks() %}
    {{- adapter.dispatch('plan_for_walks', 'label_lineage')() -}}
{% endmacro %}


{% macro default__plan_for_walks() %}
{%- endmacro %}


{#-
  Postgres keeps a hash table from step to step if it fits into `work_mem`, 4 MB if nobody says otherwise,
  and makes it anew for every step if it does not. Only as much is taken as the links need.
-#}
{% macro postgres__plan_for_walks() -%}
    set local work_mem = '1GB'
{%- endmacro %}
