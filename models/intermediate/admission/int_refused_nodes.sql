-- Candidates that are refused as a whole, with all their rows.
-- The constant `is_readable` is tested for NULL below, for DuckDB 2.0.0 forgets a selection by `is null` on the right
-- side of an anti-join if the key of the join is tested.
with readable as (
    select node_id, parent_id, true as is_readable from {{ ref('int_arrivals') }}
    where reason is null
),

unreadable as (
    select node_id, parent_id, reason from {{ ref('int_arrivals') }}
    where node_id is not null
        and (reason = 'invalid_parent_ids' or (reason is not null and parent_id is not null))
),

link_problems as (
    select child_id as node_id, problem as reason from {{ ref('int_candidate_links') }}
    where problem is not null
),

problems as (
    select node_id, reason from link_problems
    union all
    select cycles.node_id, 'cycle' as reason from {{ ref('int_cycle_nodes') }} as cycles
    union all
    -- Admitted without a row that cannot be read, a node would lack that row's parent for ever.
    select unreadable.node_id, 'incomplete_node' as reason from unreadable
    left join readable
        on unreadable.node_id = readable.node_id and unreadable.parent_id = readable.parent_id
    where readable.is_readable is null
)

-- Of several reasons one is told: self_parent before incomplete_node before foreign_parent before cycle.
select
    node_id,
    max(reason) as reason
from problems
group by node_id
