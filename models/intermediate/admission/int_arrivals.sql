-- Raw rows that the ledger does not hold yet. On a daily run these are few, whatever the history.
-- What was redacted is gone from the ledger before. depends_on: {{ ref('int_erasures') }}
with compared as (
    {{ label_lineage.compared_with_ledger(label_lineage.unredacted(ref('stg_label_nodes')), label_lineage.log_before('int_ledger')) }}
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
