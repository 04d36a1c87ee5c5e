-- Candidates that are refused as a whole, with all their rows.
with link_problems as (
    select child_id as node_id, problem as reason from {{ ref('int_candidate_links') }}
    where problem is not null
),

problems as (
    select node_id, reason from link_problems
    union all
    select cycles.node_id, 'cycle' as reason from {{ ref('int_cycle_nodes') }} as cycles
)

-- Of several reasons one is told: self_parent before foreign_parent before cycle.
select
    node_id,
    max(reason) as reason
from problems
group by node_id
