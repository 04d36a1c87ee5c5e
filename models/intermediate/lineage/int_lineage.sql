-- Where each node with parents comes from. The only walk of the project; it is never on the way to a label's vote by count.
{{ config(materialized='incremental', unique_key='node_id', incremental_strategy=label_lineage.upsert_strategy()) }}

with nodes as (
    select * from {{ ref('int_ledger') }}
),

touched as (
    select distinct feature_id, task from nodes
    {%- if is_incremental() %}
    where batch > (select coalesce(max(batch), 0) from {{ this }})
    {%- endif %}
),

edges as (
    select edges.child_id, edges.parent_id, edges.feature_id, edges.task
    from {{ ref('int_ledger_edges') }} as edges
    inner join touched on edges.feature_id = touched.feature_id and edges.task = touched.task
),

walked as (
    {{ label_lineage.walk_lineage('edges', 'nodes') }}
)

select
    walked.*,
    (select max(batch) from nodes) as batch
from walked
