-- The nodes that arrived, put together from their rows: one content, all parents.
with valid_rows as (
    select * from {{ ref('int_arrivals') }}
    where reason is null
),

-- A node_id with several contents: the one recorded first is the node, the others are conflicts.
contested as (
    select node_id
    from valid_rows
    group by node_id
    having min(content_hash) <> max(content_hash)
),

later_contents as (
    select
        valid_rows.node_id,
        valid_rows.content_hash,
        min({{ label_lineage.utc_text('valid_rows.recorded_at') }} || valid_rows.content_hash) as this_order,
        min(min({{ label_lineage.utc_text('valid_rows.recorded_at') }} || valid_rows.content_hash)) over (partition by valid_rows.node_id) as first_order
    from valid_rows
    inner join contested on valid_rows.node_id = contested.node_id
    group by valid_rows.node_id, valid_rows.content_hash
),

first_rows as (
    select valid_rows.* from valid_rows
    left join later_contents
        on valid_rows.node_id = later_contents.node_id
        and valid_rows.content_hash = later_contents.content_hash
        and later_contents.this_order <> later_contents.first_order
    where later_contents.node_id is null
)

select
    node_id,
    content_hash,
    {% for column in label_lineage.content_columns() -%}
    max({{ column }}) as {{ column }},
    {% endfor -%}
    coalesce({{ label_lineage.list_agg('distinct parent_id') }}, {{ label_lineage.empty_list() }}) as parent_ids
from first_rows
group by node_id, content_hash
