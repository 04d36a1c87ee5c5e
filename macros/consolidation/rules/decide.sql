{#-
  The macro of a rule for a kind of label, called. All have one signature. They get

    votes     one row per (dataset, version_number, feature_id, label): kind, consolidation, ties, n_votes
              (sum of the leaves' weights), newest (sorts by effective time, then node_id; NULL where no policy
              asks for it), and of the feature what compared_votes tells of its labels
    leaves    one row per leaf with a label: the same keys, node_id, label, annotator_id, weight (above 0, for a
              leaf that weighs nothing is no vote), effective_at, kind, consolidation, ties, policy (JSON)
    policies  the policies in use, for a rule that writes other SQL for other options

  of the features whose leaves disagree (all features for `rules_of_parts`), take those of their own rule
  and kind, and give one row per feature:

    dataset, version_number, feature_id
    label               the decision
    n_votes             votes for it; NULL where a rule does not count votes
    n_runner_up         votes for the next best; NULL where there is no such thing
    total_votes         all votes; confidence = n_votes / total_votes
    is_tied             true leaves the feature to a human
    label_distribution  JSON object of what could be said instead; NULL for the votes by label, where the
                        CTE `distributions` of outcomes counts them
-#}
{% macro decide(rule, kind, votes, leaves, policies) %}
    {{- context['label_lineage']['rule_' ~ label_lineage.rules()[rule][kind]](votes=votes, leaves=leaves, policies=policies) -}}
{% endmacro %}


{#- The pairs of rule and kind that some policies ask for, without those that a macro already decides for another kind. -#}
{% macro rules_of(policies) %}
    {%- set pairs = {} -%}
    {%- for policy in policies | sort(attribute='consolidation,kind') -%}
        {%- do pairs.setdefault((policy.consolidation, label_lineage.rules()[policy.consolidation][policy.kind]), (policy.consolidation, policy.kind)) -%}
    {%- endfor -%}
    {%- do return(pairs.values() | list) -%}
{% endmacro %}
