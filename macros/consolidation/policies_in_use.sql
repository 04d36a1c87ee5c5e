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
        {%- set stored = run_query("select policy, min(dataset), min(version) from " ~ ref('int_training_rows') ~ " where entry = 'version' group by policy") -%}
        {%- for row in stored.rows -%}
            {%- set policy = fromjson(row[0], none) -%}
            {%- if policy is not mapping or policy.consolidation not in label_lineage.rules() or policy.kind not in label_lineage.kinds() -%}
                {{ label_lineage.refuse("the policy stored in int_training_rows with version " ~ row[2] | tojson ~ " of dataset " ~ row[1] | tojson ~ " is none that this release knows, so that version cannot be recomputed; restore the table from a backup") }}
            {%- endif -%}
            {%- do policies.append(policy) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do return(policies) -%}
{% endmacro %}


{#- Whether one of the policies has one of the values under a key. -#}
{% macro any_policy(policies, key, values) %}
    {%- do return((policies | selectattr(key, 'in', values) | list | length) > 0) -%}
{% endmacro %}
