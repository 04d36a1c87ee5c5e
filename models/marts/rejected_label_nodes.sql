with rejections as (
    select * from {{ ref('int_rejections') }}
),

ledger as (
    select node_id, content_hash, parent_ids from {{ ref('int_ledger') }}
)

select
    rejections.node_id,
    rejections.parent_id,
    rejections.feature_id,
    rejections.task,
    rejections.label,
    rejections.reason,
    case rejections.reason
        {%- for reason, detail in label_lineage.reason_details().items() %}
        when '{{ reason }}' then {{ label_lineage.literal(detail) }}
        {%- endfor %}
    end as detail,
    rejections.first_seen_at
from rejections
-- Refused once and admitted since, because a setting was mended or the row it collided with went away.
-- What a row said that could not be read nobody knows, so no other can be it.
left join ledger
    on rejections.reason not in ('invalid_time', 'invalid_parent_ids')
    and rejections.node_id = ledger.node_id
    and rejections.content_hash = ledger.content_hash
    and (rejections.parent_id is null or {{ label_lineage.list_contains('ledger.parent_ids', 'rejections.parent_id') }})
where ledger.node_id is null
