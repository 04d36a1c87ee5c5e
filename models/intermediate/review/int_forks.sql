-- Features with leaves that share a root: an edit conflict, where leaves of different roots are replicas.
{{ config(materialized='view') }}

with head_rows as (
    select * from {{ ref('int_head_rows') }}
    where {{ label_lineage.list_size('leaf_node_ids') }} > 1
),

leaves as (
    {{ label_lineage.unnest_list('head_rows', 'leaf_node_ids', ['dataset', 'feature_id']) }}
),

-- A leaf without parents is nobody's root, so it has none to share.
ancestries as (
    select
        leaves.dataset,
        leaves.feature_id,
        lineage.root_ids,
        {{ label_lineage.comparable_label('nodes.label', 'nodes.task') }} as label
    from leaves
    inner join {{ ref('int_lineage') }} as lineage on leaves.item = lineage.node_id
    inner join {{ ref('int_ledger') }} as nodes on leaves.item = nodes.node_id
),

roots as (
    {{ label_lineage.unnest_list('ancestries', 'root_ids', ['dataset', 'feature_id', 'label']) }}
),

shared as (
    select
        dataset,
        feature_id,
        count(distinct label) as n_different
    from roots
    group by dataset, feature_id, item
    having count(*) > 1
)

select
    dataset,
    feature_id,
    -- Not by their confidence: an estimate can be sure of leaves that differ, and in doubt of leaves that agree.
    max(n_different) > 1 as is_disputed
from shared
group by dataset, feature_id
