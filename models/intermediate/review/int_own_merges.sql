-- Four eyes: a person who merges labels should not be the author of one of them. Who then corrects the
-- merge they made is still the same pair of eyes.
{{ config(materialized=label_lineage.in_place('view')) }}

with children as (
    select * from {{ ref('int_children') }}
),

-- Labels with a parent by their own author.
own_links as (
    select
        nodes.node_id,
        nodes.task,
        nodes.feature_id,
        nodes.annotator_id,
        nodes.label,
        {{ label_lineage.list_size('nodes.parent_ids') }} > 1 as is_merge
    from {{ ref('int_ledger') }} as nodes
    inner join {{ ref('int_ledger_edges') }} as edges on nodes.node_id = edges.child_id
    inner join {{ ref('int_ledger') }} as parents
        on edges.parent_id = parents.node_id
        and edges.feature_id = parents.feature_id
        and edges.task = parents.task
        and nodes.annotator_id = parents.annotator_id
    where not nodes.is_model and not parents.is_model
)

select distinct
    leaves.node_id,
    leaves.task,
    leaves.feature_id
from own_links as merged
inner join own_links as leaves
    on merged.task = leaves.task
    and merged.feature_id = leaves.feature_id
    and merged.annotator_id = leaves.annotator_id
left join children
    on leaves.node_id = children.parent_id
    and leaves.feature_id = children.feature_id
    and leaves.task = children.task
where merged.is_merge
    and leaves.label is not null
    and children.parent_id is null
