-- Candidates on a cycle of parents.
{{ config(pre_hook="{{ label_lineage.plan_for_walks() }}") }}
with cycle_nodes as (
    {{ label_lineage.nodes_on_cycles(ref('int_suspect_links'), ref('int_knotted_nodes')) }}
)

select candidates.node_id
from {{ ref('int_candidates') }} as candidates
inner join cycle_nodes on candidates.node_id = cycle_nodes.node_id
