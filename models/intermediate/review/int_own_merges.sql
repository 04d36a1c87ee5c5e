-- Four eyes: a person who merges labels should not be the author of one of them.
{{ config(materialized='view') }}

with nodes as (
    select * from {{ ref('int_ledger') }}
),

edges as (
    select * from {{ ref('int_ledger_edges') }}
),

children as (
    select * from {{ ref('int_children') }}
)

select distinct
    merged.task,
    merged.feature_id
from nodes as merged
inner join edges on merged.node_id = edges.child_id
inner join nodes as parents
    on edges.parent_id = parents.node_id
    and edges.feature_id = parents.feature_id
    and edges.task = parents.task
left join children
    on merged.node_id = children.parent_id
    and merged.feature_id = children.feature_id
    and merged.task = children.task
where children.parent_id is null
    and merged.label is not null
    and not merged.is_model
    and {{ label_lineage.list_size('merged.parent_ids') }} > 1
    and merged.annotator_id = parents.annotator_id
