-- Features with leaves that share a root: an edit conflict, where leaves of different roots are replicas.
{{ config(materialized=label_lineage.in_place('view')) }}

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
        lineage.node_id,
        lineage.root_ids
    from leaves
    inner join {{ ref('int_lineage') }} as lineage on leaves.item = lineage.node_id
),

roots as (
    {{ label_lineage.unnest_list('ancestries', 'root_ids', ['dataset', 'feature_id', 'node_id']) }}
),

-- Labels are looked up for these few alone.
kin as (
    select
        dataset,
        feature_id,
        node_id,
        item as root_id,
        count(*) over (partition by dataset, feature_id, item) as n_leaves
    from roots
),

shared as (
    select
        kin.dataset,
        kin.feature_id,
        count(distinct {{ label_lineage.comparable_label('nodes.label', 'nodes.task') }}) as n_different
    from kin
    inner join {{ ref('int_ledger') }} as nodes on kin.node_id = nodes.node_id
    where kin.n_leaves > 1
    group by kin.dataset, kin.feature_id, kin.root_id
)

select
    dataset,
    feature_id,
    -- Not by their confidence: an estimate can be sure of leaves that differ, and in doubt of leaves that agree.
    max(n_different) > 1 as is_disputed
from shared
group by dataset, feature_id
