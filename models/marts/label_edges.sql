with edges as (
    select * from {{ ref('int_ledger_edges') }}
),

parents as (
    select node_id, feature_id, task from {{ ref('int_ledger') }}
)

select
    edges.child_id,
    edges.parent_id,
    case
        when parents.node_id is null then 'awaiting_parent'
        when parents.feature_id <> edges.feature_id or parents.task <> edges.task then 'foreign_parent'
        else 'effective'
    end as status,
    edges.effective_at
from edges
left join parents on edges.parent_id = parents.node_id
