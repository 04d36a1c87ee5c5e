-- Open features with leaves that share a root: an edit conflict, where leaves of different roots are replicas.
{{ config(materialized='view') }}

with open_features as (
    select * from {{ ref('int_open_features') }}
),

leaves as (
    {{ label_lineage.unnest_list('open_features', 'leaf_node_ids', ['dataset', 'feature_id']) }}
),

ancestries as (
    select
        leaves.dataset,
        leaves.feature_id,
        lineage.root_ids
    from leaves
    inner join {{ ref('int_lineage') }} as lineage on leaves.item = lineage.node_id
),

roots as (
    {{ label_lineage.unnest_list('ancestries', 'root_ids', ['dataset', 'feature_id']) }}
    union all
    -- A leaf without parents is a root of its own, and of no other leaf.
    select dataset, feature_id, item from leaves
    where item not in (select node_id from {{ ref('int_lineage') }})
),

shared as (
    select
        dataset,
        feature_id,
        item
    from roots
    group by dataset, feature_id, item
    having count(*) > 1
)

select distinct
    dataset,
    feature_id
from shared
