{#- The majority vote under a weight: the policy must name one other than `equal`, so nobody takes the plain vote for a weighted one. -#}
{% macro rule_weighted_vote(votes, leaves, policies) %}
    {{ label_lineage.rule_majority_vote(votes, leaves, policies, rule='weighted_vote') }}
{% endmacro %}
