-- Links that can be part of a cycle: those of features with a link whose parent is not older than its
-- child, or with an admitted node that waits for a candidate. Everywhere else time rules cycles out.
with candidate_links as (
    select * from {{ ref('int_candidate_links') }}
    where problem is null
),

ledger_links as (
    {{ label_lineage.ledger_links() }}
),

suspects as (
    select feature_id, task from candidate_links
    where is_out_of_order
    union distinct
    select ledger_links.feature_id, ledger_links.task from ledger_links
    inner join {{ ref('int_candidates') }} as candidates
        on ledger_links.parent_id = candidates.node_id
        and ledger_links.feature_id = candidates.feature_id
        and ledger_links.task = candidates.task
),

suspect_ledger_links as (
    select ledger_links.* from ledger_links
    inner join suspects on ledger_links.feature_id = suspects.feature_id and ledger_links.task = suspects.task
)

select links.feature_id, links.task, links.child_id, links.parent_id
from candidate_links as links
inner join suspects on links.feature_id = suspects.feature_id and links.task = suspects.task
union all
-- An awaited parent may have come in another feature: such a link has no effect and closes no cycle.
select links.feature_id, links.task, links.child_id, links.parent_id
from suspect_ledger_links as links
inner join (
    select node_id, feature_id, task from {{ ref('int_candidates') }}
    union all
    select node_id, feature_id, task from {{ label_lineage.log_before('int_ledger') }} as ledger
) as parents
    on links.parent_id = parents.node_id
    and links.feature_id = parents.feature_id
    and links.task = parents.task
