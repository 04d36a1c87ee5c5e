{#- Refuses more rounds of estimates than one query may have. `models` are pairs of a rule and its iterations. -#}
{% macro check_rounds(models) %}
    {{- adapter.dispatch('check_rounds', 'label_lineage')(models) -}}
{% endmacro %}


{% macro default__check_rounds(models) %}
{% endmacro %}


{#-
  A query may have 150 stages (docs.aws.amazon.com/athena/latest/ug/service-limits.html), and nobody can raise
  that. What a round takes was counted in Trino's plans, docs/engines/trino.md.
-#}
{% macro athena__check_rounds(models) %}
    {%- set stages = namespace(n=22, shown=[]) -%}
    {%- for rule, iterations in models -%}
        {%- set stages.n = stages.n + iterations * (28 if rule == 'one_coin_dawid_skene' else 16) -%}
        {%- do stages.shown.append(rule ~ ' with ' ~ iterations) -%}
    {%- endfor -%}
    {%- if models and stages.n >= 150 -%}
        {{ label_lineage.refuse("the estimates of all policies are one query of about " ~ stages.n ~ " stages (" ~ stages.shown | join(', ') ~ " iterations), and Athena takes 150; set fewer iterations, at most 7 of dawid_skene or 4 of one_coin_dawid_skene") }}
    {%- endif -%}
{% endmacro %}
