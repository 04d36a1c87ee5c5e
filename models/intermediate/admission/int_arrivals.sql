-- Raw rows that the ledger does not hold yet. On a daily run these are few, whatever the history.
{%- set content = label_lineage.content_columns() %}

with raw as (
    select * from {{ ref('stg_label_nodes') }}
),

known as (
    select
        node_id,
        parent_ids,
        {{ label_lineage.row_digest(content) }} as content_digest
    from {{ label_lineage.log_before('int_ledger') }} as ledger
),

compared as (
    select
        raw.*,
        known.node_id is not null as is_known_node,
        {{ label_lineage.row_digest(content | map('replace', '', 'raw.', 1) | list) }} = known.content_digest as is_known_content,
        raw.parent_id is null or {{ label_lineage.list_contains('known.parent_ids', 'raw.parent_id') }} as is_known_parent
    from raw
    left join known on raw.node_id = known.node_id
),

hashed as (
    select
        *,
        {{ label_lineage.content_hash() }} as content_hash,
        {{ label_lineage.kind_of('task') }} as kind
    from compared
    where not coalesce(is_known_content and is_known_parent, false)
)

select
    *,
    {{ label_lineage.row_problem() }} as reason,
    (select coalesce(max(batch), 0) from {{ label_lineage.log_before('int_ledger') }} as ledger) as known_batch
from hashed
