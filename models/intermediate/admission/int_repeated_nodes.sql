-- Nodes that came in several rows, put together from them: one content, all its parents.
{%- set columns, digest = label_lineage.content_columns(), label_lineage.row_digest(['node_id']) %}

-- Most nodes are one row. Which are not is found by grouping numbers, so the rest needs no grouping.
with shared as (
    select node_digest
    from (
        select {{ digest }} as node_digest from {{ ref('int_arrivals') }}
        where reason is null
    ) as digests
    group by node_digest
    having count(*) > 1
),

ranked as (
    select
        arrivals.*,
        dense_rank() over (partition by arrivals.node_id order by arrivals.recorded_at, arrivals.content_hash) as place
    from {{ ref('int_arrivals') }} as arrivals
    inner join shared on {{ digest }} = shared.node_digest
    where arrivals.reason is null
)

select
    node_id,
    content_hash,
    {% for column in columns -%}
    max({{ column }}) as {{ column }},
    {% endfor -%}
    coalesce({{ label_lineage.list_agg('distinct parent_id') }}, {{ label_lineage.empty_list() }}) as parent_ids,
    -- A node_id with several contents: the one recorded first is the node, the others are conflicts.
    place = 1 as is_node
from ranked
group by node_id, content_hash, place
