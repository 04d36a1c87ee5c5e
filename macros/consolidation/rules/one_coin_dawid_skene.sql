{#-
  The likeliest class where each annotator is right equally often in all classes. The votes are posteriors
  and come from the estimate (macro `estimated_votes`).
-#}
{% macro rule_one_coin_dawid_skene(votes, leaves, policies) %}
    {{ label_lineage.rule_majority_vote(votes, leaves, policies, rule='one_coin_dawid_skene') }}
{% endmacro %}
