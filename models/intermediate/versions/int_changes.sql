-- What differs from the last known state of each touched feature: the rows of the versions that are
-- due, and of `latest`. Until the next run this table is the unfrozen head of the data, so it also
-- holds what was frozen by a run that did not come to publish it.
{{ config(materialized=label_lineage.in_place('table')) }}
{%- set columns = ['dataset', 'version_number', 'feature_id', 'change', 'cause', 'label', 'previous_label'] -%}
{%- set columns = columns + label_lineage.payload_columns()[1:] + ['row_hash', 'previous_row_hash'] %}
{%- set in_order = 'over (partition by hashed.dataset, hashed.feature_id order by hashed.version_number)' %}
with evidence as (
    {{ label_lineage.evidence(ref('int_leaves')) }}
),

outcomes as (
    select
        outcomes.dataset,
        outcomes.version_number,
        outcomes.feature_id,
        outcomes.label,
        outcomes.label_distribution,
        outcomes.confidence,
        outcomes.n_labels,
        case when touched.is_redacted then 'redacted' else outcomes.outcome end as outcome,
        evidence.leaf_node_ids,
        splits.split,
        touched.n_new,
        touched.n_late,
        touched.n_retractions,
        touched.n_merges,
        touched.n_corrections,
        touched.is_only_estimated
    from {{ ref('int_outcomes') }} as outcomes
    inner join {{ ref('int_touched_features') }} as touched
        on outcomes.dataset = touched.dataset
        and outcomes.version_number = touched.version_number
        and outcomes.feature_id = touched.feature_id
    left join evidence
        on outcomes.dataset = evidence.dataset
        and outcomes.version_number = evidence.version_number
        and outcomes.feature_id = evidence.feature_id
    inner join {{ ref('int_splits') }} as splits
        on outcomes.dataset = splits.dataset and outcomes.feature_id = splits.feature_id
),

hashed as (
    select *, {{ label_lineage.training_row_hash() }} as row_hash from outcomes
),

earlier as (
    {{ label_lineage.last_logged_states('int_touched_features') }}
),

-- The state before: that of the version before in this run, or else the last one in the log.
states as (
    select
        hashed.*,
        case when lag(hashed.row_hash) {{ in_order }} is null then earlier.label else lag(hashed.label) {{ in_order }} end as previous_label,
        coalesce(lag(hashed.row_hash) {{ in_order }}, earlier.row_hash) as previous_row_hash
    from hashed
    left join earlier on hashed.dataset = earlier.dataset and hashed.feature_id = earlier.feature_id
),

changes as (
    select
        dataset,
        version_number,
        feature_id,
        {{ label_lineage.change_kind() }} as change,
        {{ label_lineage.change_cause() }} as cause,
        label,
        case when outcome <> 'redacted' then previous_label end as previous_label,
        label_distribution,
        confidence,
        n_labels,
        outcome,
        split,
        leaf_node_ids,
        row_hash,
        previous_row_hash
    from states
    where previous_row_hash is null
        or previous_row_hash <> row_hash
)

select {{ columns | join(', ') }} from changes
{{ label_lineage.unpublished_changes(columns) }}
