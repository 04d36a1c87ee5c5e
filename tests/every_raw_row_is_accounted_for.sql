-- Raw rows = admitted + duplicates + rejected: each row's content and parent stand in the ledger or,
-- with a reason, among the rejections. Rows recorded since this run began may not have been read yet.
{%- set content = label_lineage.content_columns() %}

with raw as (
    select * from {{ ref('stg_label_nodes') }}
),

ledger as (
    select
        node_id,
        parent_ids,
        {{ label_lineage.row_digest(content) }} as content_digest
    from {{ ref('int_ledger') }}
),

-- Few are left here, so only these are hashed.
not_in_ledger as (
    select raw.*
    from raw
    left join ledger
        on raw.node_id = ledger.node_id
        and {{ label_lineage.row_digest(content | map('replace', '', 'raw.', 1) | list) }} = ledger.content_digest
        and (raw.parent_id is null or {{ label_lineage.list_contains('ledger.parent_ids', 'raw.parent_id') }})
    where ledger.node_id is null
        and coalesce(raw.recorded_at < {{ label_lineage.now() }}, true)
),

hashed as (
    select *, {{ label_lineage.content_hash() }} as content_hash from not_in_ledger
),

rejections as (
    select distinct content_hash, coalesce(parent_id, '') as parent_id from {{ ref('int_rejections') }}
)

select
    'stg_label_nodes' as table_name,
    hashed.task,
    hashed.feature_id,
    hashed.node_id,
    hashed.parent_id,
    hashed.recorded_at
from hashed
left join rejections
    on hashed.content_hash = rejections.content_hash
    and coalesce(hashed.parent_id, '') = rejections.parent_id
where rejections.content_hash is null
