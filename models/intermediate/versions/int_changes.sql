-- What differs from the last known state of each touched feature: the rows of the versions that are
-- due, and of `latest`. Until the next run this table is the unfrozen head of the data.
with outcomes as (
    select
        outcomes.*,
        splits.split,
        touched.n_new,
        touched.n_late,
        touched.n_retractions,
        touched.n_merges,
        touched.n_corrections
    from {{ ref('int_outcomes') }} as outcomes
    inner join {{ ref('int_touched_features') }} as touched
        on outcomes.dataset = touched.dataset
        and outcomes.version_number = touched.version_number
        and outcomes.feature_id = touched.feature_id
    inner join {{ ref('int_splits') }} as splits
        on outcomes.dataset = splits.dataset and outcomes.feature_id = splits.feature_id
),

hashed as (
    select *, {{ label_lineage.training_row_hash() }} as row_hash from outcomes
),

earlier as (
    {{ label_lineage.last_logged_states('int_touched_features') }}
),

states as (
    select dataset, version_number, feature_id, label, row_hash, false as is_new from earlier
    union all
    select dataset, version_number, feature_id, label, row_hash, true as is_new from hashed
),

compared as (
    select
        *,
        lag(label) over (partition by dataset, feature_id order by version_number) as previous_label,
        lag(row_hash) over (partition by dataset, feature_id order by version_number) as previous_row_hash
    from states
)

select
    hashed.dataset,
    hashed.version_number,
    hashed.feature_id,
    {{ label_lineage.change_kind() }} as change,
    {{ label_lineage.change_cause() }} as cause,
    hashed.label,
    compared.previous_label,
    hashed.label_distribution,
    hashed.confidence,
    hashed.n_labels,
    hashed.outcome,
    hashed.split,
    hashed.leaf_node_ids,
    hashed.row_hash,
    compared.previous_row_hash
from hashed
inner join compared
    on hashed.dataset = compared.dataset
    and hashed.version_number = compared.version_number
    and hashed.feature_id = compared.feature_id
    and compared.is_new
where compared.previous_row_hash is null
    or compared.previous_row_hash <> compared.row_hash
