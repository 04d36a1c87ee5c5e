-- Four eyes: a person who merges labels should not be the author of one of them. Who then corrects the
-- merge they made is still the same pair of eyes.
{{ config(materialized='view') }}

with nodes as (
    select * from {{ ref('int_ledger') }}
    where not is_model
),

edges as (
    select * from {{ ref('int_ledger_edges') }}
),

children as (
    select * from {{ ref('int_children') }}
),

own_merges as (
    select distinct
        merged.task,
        merged.feature_id,
        merged.annotator_id
    from nodes as merged
    inner join edges on merged.node_id = edges.child_id
    inner join nodes as parents
        on edges.parent_id = parents.node_id
        and edges.feature_id = parents.feature_id
        and edges.task = parents.task
    where {{ label_lineage.list_size('merged.parent_ids') }} > 1
        and merged.annotator_id = parents.annotator_id
)

select distinct
    leaves.task,
    leaves.feature_id
from own_merges
inner join nodes as leaves
    on own_merges.task = leaves.task
    and own_merges.feature_id = leaves.feature_id
    and own_merges.annotator_id = leaves.annotator_id
inner join edges on leaves.node_id = edges.child_id
inner join nodes as parents
    on edges.parent_id = parents.node_id
    and edges.feature_id = parents.feature_id
    and edges.task = parents.task
left join children
    on leaves.node_id = children.parent_id
    and leaves.feature_id = children.feature_id
    and leaves.task = children.task
where children.parent_id is null
    and leaves.label is not null
    and leaves.annotator_id = parents.annotator_id
