{#-
  The naive aggregate: a majority vote over every label ever given, superseded or not. There to be
  compared with, not to be trained on; its leaves are all nodes (see the macro `leaves`).
-#}
{% macro rule_all_labels(votes, leaves, policies) %}
    {{ label_lineage.rule_majority_vote(votes, leaves, policies, rule='all_labels') }}
{% endmacro %}
