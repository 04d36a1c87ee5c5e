{#- The policies of today's datasets. The SQL of a rule, kind or weight that none of them asks for is not written at all. -#}
{% macro policies_in_use() %}
    {%- set settings = label_lineage.settings() -%}
    {%- do return((settings.datasets | map(attribute='policy') | list) or [settings.default_policy]) -%}
{% endmacro %}


{#-
  Those, and the policies that frozen versions were made under, read from the registry: what it takes
  to make every version again. For commands and data tests, never for a model.
-#}
{% macro policies_ever_used() %}
    {%- set policies = label_lineage.policies_in_use() -%}
    {%- if execute and load_relation(ref('int_training_rows')) is not none -%}
        {%- set stored = run_query("select distinct policy from " ~ ref('int_training_rows') ~ " where entry = 'version'") -%}
        {%- for row in stored.rows -%}{%- do policies.append(fromjson(row[0])) -%}{%- endfor -%}
    {%- endif -%}
    {%- do return(policies) -%}
{% endmacro %}


{#- Whether one of the policies has one of the values under a key. -#}
{% macro any_policy(policies, key, values) %}
    {%- do return((policies | selectattr(key, 'in', values) | list | length) > 0) -%}
{% endmacro %}
