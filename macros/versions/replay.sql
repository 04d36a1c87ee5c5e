{#-
  CTEs from any set of versions to the row of each feature that they touch, in `replayed`: the three
  steps that freezing takes, outside of a freeze.
-#}
{% macro replay(versions, policies, ledger=ref('int_ledger')) %}
    touched as (
        {{ label_lineage.touched_features(versions, ledger, policies) }}
    ),

    version_leaves as (
        {{ label_lineage.leaves(
            touched='touched',
            versions=versions,
            ledger=ledger,
            edges=ref('int_ledger_edges'),
            children=ref('int_children'),
            lineage=ref('int_lineage'),
            policies=policies,
        ) }}
    ),

    {% if label_lineage.any_estimate(policies) -%}
    version_answers as (
        {{ label_lineage.answers('version_leaves', versions, policies) }}
    ),

    version_estimates as (
        {{ label_lineage.annotator_estimates('version_answers', policies) }}
    ),

    {% endif -%}
    outcomes as (
        {{ label_lineage.outcomes('version_leaves', versions, policies, 'version_answers', 'version_estimates') }}
    ),

    version_evidence as (
        {{ label_lineage.evidence('version_leaves') }}
    ),

    replayed as (
        select outcomes.*, evidence.leaf_node_ids, splits.split
        from outcomes
        left join version_evidence as evidence
            on outcomes.dataset = evidence.dataset
            and outcomes.version_number = evidence.version_number
            and outcomes.feature_id = evidence.feature_id
        left join {{ ref('int_splits') }} as splits
            on outcomes.dataset = splits.dataset and outcomes.feature_id = splits.feature_id
    )
{%- endmacro %}
