-- The nodes that arrived, put together from their rows: one content, all parents.
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

shared_rows as (
    select valid_rows.* from valid_rows
    inner join shared on valid_rows.node_digest = shared.node_digest
),

-- A node_id with several contents: the one recorded first is the node, the others are conflicts.
ranked as (
    select
        *,
        dense_rank() over (partition by node_id order by recorded_at, content_hash) as place
    from shared_rows
)

select
    valid_rows.node_id,
    valid_rows.content_hash,
    valid_rows.{{ columns | join(',\n    valid_rows.') }},
    case
        when valid_rows.parent_id is null then {{ label_lineage.empty_list() }}
        else {{ label_lineage.list_of('valid_rows.parent_id') }}
    end as parent_ids
from valid_rows
left join shared on valid_rows.node_digest = shared.node_digest
where shared.node_digest is null
union all
select
    node_id,
    content_hash,
    {% for column in columns -%}
    max({{ column }}) as {{ column }},
    {% endfor -%}
    coalesce({{ label_lineage.list_agg('distinct parent_id') }}, {{ label_lineage.empty_list() }}) as parent_ids
from ranked
where place = 1
group by node_id, content_hash
