-- The edges are the parents that the ledger's nodes name, no more and no fewer, effective when the child is.
with ledger as (
    select * from {{ ref('int_ledger') }}
),

named as (
    {{ label_lineage.unnest_list('ledger', 'parent_ids', ['node_id', 'feature_id', 'task', 'batch', 'effective_at']) }}
)

select
    'int_ledger_edges' as table_name,
    coalesce(named.node_id, edges.child_id) as child_id,
    coalesce(named.item, edges.parent_id) as parent_id,
    coalesce(named.feature_id, edges.feature_id) as feature_id,
    case
        when named.node_id is null then 'no node of the ledger has this edge'
        when edges.child_id is null then 'the edge of this node is missing'
        else 'the edge belongs elsewhere, or to another instant, than its child'
    end as problem
from named
full outer join {{ ref('int_ledger_edges') }} as edges
    on named.node_id = edges.child_id and named.item = edges.parent_id
where named.node_id is null
    or edges.child_id is null
    or named.feature_id <> edges.feature_id
    or named.task <> edges.task
    or named.batch <> edges.batch
    or named.effective_at <> edges.effective_at
