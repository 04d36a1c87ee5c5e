{{ config(pre_hook="{{ label_lineage.check_inputs() }}") }}

with inputs as (
    {{ label_lineage.read_inputs() }}
)

select
    nullif(node_id, '') as node_id,
    nullif(parent_id, '') as parent_id,
    nullif(feature_id, '') as feature_id,
    coalesce(nullif(task, ''), 'default') as task,
    label,
    nullif(annotator_id, '') as annotator_id,
    created_at,
    -- Where nobody says when a label reached the warehouse, it did when it was made.
    coalesce(recorded_at, created_at) as recorded_at,
    coalesce(nullif(split_group, ''), nullif(feature_id, '')) as split_group,
    source,
    attributes,
    has_bad_time,
    has_bad_parents
from inputs
