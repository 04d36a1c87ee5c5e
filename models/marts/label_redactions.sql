with redactions as (
    select * from {{ ref('int_redactions') }}
),

erasures as (
    select redactions.redaction_id, min(erasures.erased_at) as erased_at
    from redactions
    inner join {{ ref('int_erasures') }} as erasures on redactions.batch <= erasures.batch
    group by redactions.redaction_id
),

covered as (
    select redactions.redaction_id from redactions
    inner join {{ ref('int_ledger') }} as ledger on redactions.feature_id = ledger.feature_id
    union all
    select redactions.redaction_id from redactions
    inner join {{ ref('int_ledger') }} as ledger on redactions.annotator_id = ledger.annotator_id
),

counted as (
    select redaction_id, count(*) as n_nodes from covered
    group by redaction_id
)

select
    redactions.feature_id,
    redactions.annotator_id,
    redactions.reason,
    case when erasures.redaction_id is null then 'waiting' else 'erased' end as status,
    cast(null as {{ dbt.type_string() }}) as problem,
    cast(coalesce(counted.n_nodes, 0) as {{ dbt.type_bigint() }}) as n_nodes,
    redactions.redacted_at,
    redactions.asked_at,
    erasures.erased_at
from redactions
left join erasures on redactions.redaction_id = erasures.redaction_id
left join counted on redactions.redaction_id = counted.redaction_id
union all
select
    feature_id,
    case when annotator_id is not null then {{ label_lineage.pseudonym('annotator_id') }} end as annotator_id,
    reason,
    'refused' as status,
    problem,
    cast(0 as {{ dbt.type_bigint() }}) as n_nodes,
    redacted_at,
    cast(null as {{ label_lineage.type_instant() }}) as asked_at,
    cast(null as {{ label_lineage.type_instant() }}) as erased_at
from {{ ref('stg_redactions') }}
where problem is not null
