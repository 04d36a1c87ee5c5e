-- Raw rows = admitted + duplicates + rejected + waiting: each row's content and parent stand in the ledger
-- or, with a reason, among the rejections. A row that no run has read yet waits for the next one; in the
-- run that reads them, every row must have been read that was recorded a day before it began: where nobody
-- says when a row was recorded, one that somebody made this morning may have come since. Rows of a redacted
-- feature are not read.
{%- set is_of_this_run = execute and 'model.label_lineage.int_arrivals' in selected_resources %}

with compared as (
    {{ label_lineage.compared_with_ledger(label_lineage.unredacted(ref('stg_label_nodes')), ref('int_ledger')) }}
),

-- Few are left here, so only these are hashed.
hashed as (
    select *, {{ label_lineage.content_hash() }} as content_hash from compared
    where not coalesce(is_known_content and is_known_parent, false)
),

rejections as (
    select distinct content_hash, coalesce(parent_id, '') as parent_id from {{ ref('int_rejections') }}
),

arrivals as (
    select distinct content_hash, coalesce(parent_id, '') as parent_id from {{ ref('int_arrivals') }}
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
left join arrivals
    on hashed.content_hash = arrivals.content_hash
    and coalesce(hashed.parent_id, '') = arrivals.parent_id
where rejections.content_hash is null
    and (
        arrivals.content_hash is not null
        {%- if is_of_this_run %}
        or coalesce({{ label_lineage.add_microseconds('hashed.recorded_at', 86400000000) }} < {{ label_lineage.now() }}, true)
        {%- endif %}
    )
