-- What each run admitted, counted and summed when it did: a node that goes missing later, or comes in
-- behind dbt's back, shows even if nothing else refers to it.
{{ config(materialized='insert_only', pre_hook="{{ label_lineage.keep_log() }}", full_refresh=false, transient=false, contract={'enforced': true}) }}
{{- label_lineage.insert_only_log() }}

with new_nodes as (
    select * from {{ ref('int_ledger') }}
    where batch > (select coalesce(max(batch), 0) from {{ label_lineage.log_before('int_ledger_batches') }} as batches)
)

{{ label_lineage.batch_totals('new_nodes') }}
