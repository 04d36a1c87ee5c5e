-- Open features with leaves that share a root: an edit conflict, where leaves of different roots are replicas.
{{ config(materialized='view') }}

with open_features as (
    select * from {{ ref('int_open_features') }}
),

leaves as (
    {{ label_lineage.unnest_list('open_features', 'leaf_node_ids', ['dataset', 'feature_id']) }}
),

-- A leaf without parents is a root of its own.
ancestries as (
    select
        leaves.dataset,
        leaves.feature_id,
        case when lineage.node_id is null then {{ label_lineage.list_of('leaves.item') }} else lineage.root_ids end as root_ids
    from leaves
    left join {{ ref('int_lineage') }} as lineage on leaves.item = lineage.node_id
),

roots as (
    {{ label_lineage.unnest_list('ancestries', 'root_ids', ['dataset', 'feature_id']) }}
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
