{#-
  The steps from a set of versions to the outcome of each feature that they touch. The models
  int_touched_features, int_leaves and int_outcomes take them for the versions that are due; the
  test frozen_versions_can_be_recomputed and `verify` take the same for every version ever frozen.
  Between the second and the third, policies that estimate annotators take the steps of estimation/.
-#}

{#-
  Step 1. Features with a label that became effective in a version's window; all, where the policy is new or
  estimates: one new answer changes what is thought of its annotator, and so of every feature.
-#}
{% macro touched_features(versions, ledger, policies) %}
    {%- set estimates = label_lineage.any_estimate(policies) -%}
    {%- set is_new = 'ledger.effective_at > versions.previous_as_of' -%}
    {%- set n_parents = label_lineage.list_size('ledger.parent_ids') -%}
    select
        versions.dataset,
        versions.task,
        versions.version_number,
        ledger.feature_id,
        min(ledger.split_group) as first_split_group,
        max(ledger.split_group) as last_split_group,
        count(case when {{ is_new }} then 1 end) as n_new,
        count(case when {{ is_new }} and ledger.effective_at > ledger.recorded_at then 1 end) as n_late,
        count(case when {{ is_new }} and ledger.label is null then 1 end) as n_retractions,
        count(case when {{ is_new }} and {{ n_parents }} > 1 then 1 end) as n_merges,
        count(case when {{ is_new }} and {{ n_parents }} = 1 then 1 end) as n_corrections,
        {% if estimates -%}
        count(case when {{ is_new }} or versions.is_policy_new then 1 end) = 0 as is_only_estimated,
        {% else -%}
        false as is_only_estimated,
        {% endif -%}
        max(versions.as_of) as as_of
    from {{ versions }} as versions
    inner join {{ ledger }} as ledger
        on versions.task = ledger.task
        and ledger.effective_at <= versions.as_of
        and (versions.is_policy_new or ledger.effective_at > versions.previous_as_of{{ ' or ' ~ label_lineage.is_estimated('versions') if estimates }})
    group by versions.dataset, versions.task, versions.version_number, ledger.feature_id
{% endmacro %}
