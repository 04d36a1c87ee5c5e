-- The parent links of the candidates, each with what is known of the parent.
with links as (
    {{ label_lineage.unnest_list(ref('int_candidates') ~ ' as candidates', 'parent_ids', ['node_id', 'feature_id', 'task', 'recorded_at']) }}
),

known_nodes as (
    select node_id, feature_id, task, recorded_at, true as is_candidate from {{ ref('int_candidates') }}
    union all
    select node_id, feature_id, task, recorded_at, false as is_candidate from {{ label_lineage.log_before('int_ledger') }} as ledger
)

select
    links.node_id as child_id,
    links.item as parent_id,
    links.feature_id,
    links.task,
    case
        when links.item = links.node_id then 'self_parent'
        when known_nodes.feature_id <> links.feature_id or known_nodes.task <> links.task then 'foreign_parent'
    end as problem,
    -- Every cycle has a link whose parent is not older than its child.
    coalesce(known_nodes.is_candidate and known_nodes.recorded_at >= links.recorded_at, false) as is_out_of_order
from links
left join known_nodes on links.item = known_nodes.node_id
