-- Nodes that came in several rows, put together from them: one content, all its parents.
{%- set columns = label_lineage.content_columns() %}

with valid_rows as (
    select *, {{ label_lineage.row_digest(['node_id']) }} as node_digest from {{ ref('int_arrivals') }}
    where reason is null
),

-- Most nodes are one row. Which are not is found by grouping numbers, so the rest needs no grouping.
shared as (
    select node_digest from valid_rows
    group by node_digest
    having count(*) > 1
),

ranked as (
    select
        valid_rows.*,
        dense_rank() over (partition by valid_rows.node_id order by valid_rows.recorded_at, valid_rows.content_hash) as place
    from valid_rows
    inner join shared on valid_rows.node_digest = shared.node_digest
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
