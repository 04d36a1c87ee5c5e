{#-
  Ends the join condition of a step of a walk: `one` and `other` are whole numbers of what is walked along,
  never NULL. Says nothing; where the engine must be told, it tells that rows are looked up there.
-#}
{% macro looked_up(one, other) %}
    {{- adapter.dispatch('looked_up', 'label_lineage')(one, other) -}}
{% endmacro %}


{% macro default__looked_up(one, other) %}
{%- endmacro %}


{#-
  Postgres looks rows up in the side that it takes for the smaller, and reads the other whole at every step;
  a sorted join reads both. It takes one row in 200 to be equal to an expression, so after two of them
  what is walked along looks small, and a million steps do not read a million links each.
-#}
{% macro postgres__looked_up(one, other) -%}
    and {{ one }} = coalesce({{ one }}, 0) and {{ other }} = coalesce({{ other }}, 0)
{%- endmacro %}
