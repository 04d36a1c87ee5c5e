{#-
  The likeliest class by the model of Dawid and Skene (1979), with a confusion matrix for each annotator.
  The votes are posteriors and come from the estimate (macro `estimated_votes`).
-#}
{% macro rule_dawid_skene(votes, leaves, policies) %}
    {{ label_lineage.rule_majority_vote(votes, leaves, policies, rule='dawid_skene') }}
{% endmacro %}
