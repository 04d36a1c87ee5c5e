{#- Whether one of the policies estimates over the whole dataset, so that each version looks at every feature. -#}
{% macro any_estimate(policies) %}
    {%- do return(label_lineage.any_policy(policies, 'consolidation', label_lineage.estimating_rules()) or label_lineage.any_policy(policies, 'weight', ['annotator'])) -%}
{% endmacro %}


{#- The same of a version, in SQL. -#}
{% macro is_estimated(versions) -%}
    ({{ versions }}.consolidation in ('{{ label_lineage.estimating_rules() | join("', '") }}') or {{ versions }}.weight_rule = 'annotator')
{%- endmacro %}


{#- The distinct models that the policies ask for: rule and iterations. -#}
{% macro em_models(policies) %}
    {%- set models = [] -%}
    {%- for policy in policies if policy.consolidation in label_lineage.em_rules() and (policy.consolidation, policy.iterations) not in models -%}
        {%- do models.append((policy.consolidation, policy.iterations)) -%}
    {%- endfor -%}
    {%- do return(models | sort) -%}
{% endmacro %}
