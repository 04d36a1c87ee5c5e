-- What becomes of each row that arrived: NULL is admitted.
with arrivals as (
    select * from {{ ref('int_arrivals') }}
),

candidates as (
    select node_id, content_hash from {{ ref('int_candidates') }}
),

refused_nodes as (
    select * from {{ ref('int_refused_nodes') }}
)

select
    arrivals.node_id,
    arrivals.parent_id,
    arrivals.feature_id,
    arrivals.task,
    arrivals.label,
    arrivals.content_hash,
    coalesce(
        arrivals.reason,
        -- Another content of this node_id came first.
        case when candidates.node_id is null then 'conflict' end,
        refused_nodes.reason
    ) as verdict
from arrivals
left join candidates
    on arrivals.node_id = candidates.node_id
    and arrivals.content_hash = candidates.content_hash
left join refused_nodes on arrivals.node_id = refused_nodes.node_id
