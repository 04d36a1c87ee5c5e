-- The parent links of the ledger, one row each: what the hot path joins on.
{{ config(materialized='insert_only', pre_hook="{{ label_lineage.keep_log() }}", full_refresh=false, transient=false, contract={'enforced': true}) }}
{{- label_lineage.insert_only_log() }}

with new_nodes as (
    select * from {{ ref('int_ledger') }}
    where batch > (select coalesce(max(batch), 0) from {{ label_lineage.log_before('int_ledger_edges') }} as edges)
),

links as (
    {{ label_lineage.unnest_list('new_nodes', 'parent_ids', ['node_id', 'feature_id', 'task', 'batch', 'effective_at']) }}
)

select
    node_id as child_id,
    item as parent_id,
    feature_id,
    task,
    batch,
    effective_at
from links
