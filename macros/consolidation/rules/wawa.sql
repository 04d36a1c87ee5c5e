{#-
  Worker agreement with aggregate: an annotator's vote weighs as much as the share of their answers that agree
  with the majority. The votes come from the estimate (macro `estimated_votes`).
-#}
{% macro rule_wawa(votes, leaves, policies) %}
    {{ label_lineage.rule_majority_vote(votes, leaves, policies, rule='wawa') }}
{% endmacro %}
