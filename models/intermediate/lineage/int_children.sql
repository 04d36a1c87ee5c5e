-- Nodes that have children. Kept apart from the nodes, because most have none and lists are slow.
{{ config(
    materialized='incremental',
    unique_key=['parent_id', 'feature_id', 'task'],
    incremental_strategy=label_lineage.upsert_strategy(),
    pre_hook="{{ label_lineage.check_links(ref('int_ledger'), ref('int_ledger_edges')) }}",
) }}

with edges as (
    select * from {{ ref('int_ledger_edges') }}
)

{%- if is_incremental() %},

touched as (
    select distinct parent_id, feature_id, task from edges
    where batch > (select coalesce(max(batch), 0) from {{ this }})
)
{%- endif %}

select
    edges.parent_id,
    edges.feature_id,
    edges.task,
    count(*) as n_children,
    max(edges.batch) as batch,
    {{ label_lineage.list_agg('edges.child_id') }} as child_ids,
    min(edges.effective_at) as first_child_at
from edges
{%- if is_incremental() %}
inner join touched
    on edges.parent_id = touched.parent_id
    and edges.feature_id = touched.feature_id
    and edges.task = touched.task
{%- endif %}
group by edges.parent_id, edges.feature_id, edges.task
