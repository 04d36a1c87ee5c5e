-- A label counts from when it was recorded or, where that was frozen already, from the instant after
-- the last frozen cutoff; and none admitted after a freeze counts at or before its cutoff.
with cutoffs as (
    select
        task,
        as_of,
        min(frozen_at) as frozen_at
    from {{ ref('int_freeze_log') }}
    where entry = 'version'
    group by task, as_of
),

ledger as (
    select * from {{ ref('int_ledger') }}
),

-- Late labels are few; all others stop at the first comparison.
unexplained as (
    select ledger.node_id, cast(null as {{ label_lineage.type_instant() }}) as as_of
    from ledger
    left join cutoffs
        on ledger.task = cutoffs.task
        and ledger.recorded_at <= cutoffs.as_of
        and ledger.effective_at = {{ label_lineage.add_microseconds('cutoffs.as_of', 1) }}
    where ledger.effective_at <> ledger.recorded_at and cutoffs.task is null
),

batches as (
    select task, admitted_at, min(effective_at) as first_effective_at
    from ledger
    group by task, admitted_at
),

intruders as (
    select ledger.node_id, cutoffs.as_of
    from batches
    inner join cutoffs
        on batches.task = cutoffs.task
        and batches.admitted_at > cutoffs.frozen_at
        and batches.first_effective_at <= cutoffs.as_of
    inner join ledger
        on batches.task = ledger.task
        and batches.admitted_at = ledger.admitted_at
        and ledger.effective_at <= cutoffs.as_of
),

problems as (
    select * from unexplained
    union all
    select * from intruders
)

select
    'int_ledger' as table_name,
    ledger.task,
    ledger.feature_id,
    ledger.node_id,
    ledger.recorded_at,
    ledger.effective_at,
    problems.as_of as frozen_cutoff
from ledger
inner join problems on ledger.node_id = problems.node_id
