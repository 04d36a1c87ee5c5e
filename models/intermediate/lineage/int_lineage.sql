-- Where each node with parents comes from. Votes by count never wait for this walk.
{{ config(
    materialized='incremental',
    unique_key='node_id',
    incremental_strategy=label_lineage.upsert_strategy(),
    pre_hook=[
        "{{ label_lineage.check_links(ref('int_ledger'), ref('int_ledger_edges')) }}",
        {'sql': '{{ label_lineage.walk_ahead() }}', 'transaction': not label_lineage.walk_tables()},
    ],
) }}
{%- set made, edges = label_lineage.walk_tables(), label_lineage.touched_edges() %}

with nodes as (
    select * from {{ ref('int_ledger') }}
),

edges as (
    {{ 'select * from walk_edges' if made else edges }}
),

walked as (
    {{ label_lineage.walk_lineage('edges', 'nodes', made=made) }}
)

select
    walked.*,
    (select max(batch) from nodes) as batch
from walked
