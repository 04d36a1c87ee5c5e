-- What was ever asked to be erased. It holds for good, also when the setting names it no longer; of an
-- annotator only the pseudonym is kept, by which a name that comes again is recognised.
{{ config(materialized='insert_only', pre_hook="{{ label_lineage.keep_log() }}", full_refresh=false, transient=false, contract={'enforced': true}) }}
{{- label_lineage.insert_only_log() }}

with asked as (
    select
        feature_id,
        case when annotator_id is not null then {{ label_lineage.pseudonym('annotator_id') }} end as annotator_id,
        reason,
        redacted_at
    from {{ ref('stg_redactions') }}
    where problem is null
),

identified as (
    select distinct
        {{ label_lineage.hash_columns(['feature_id', 'annotator_id', 'reason', label_lineage.utc_text('redacted_at')]) }} as redaction_id,
        feature_id,
        annotator_id,
        reason,
        redacted_at
    from asked
),

logged as (
    select redaction_id from {{ label_lineage.log_before('int_redactions') }} as redactions
),

run as (
    select coalesce(max(batch), 0) + 1 as batch from {{ label_lineage.log_before('int_redactions') }} as redactions
)

select
    identified.redaction_id,
    identified.feature_id,
    identified.annotator_id,
    identified.reason,
    cast(run.batch as {{ dbt.type_int() }}) as batch,
    identified.redacted_at,
    {{ label_lineage.now() }} as asked_at
from identified
cross join run
left join logged on identified.redaction_id = logged.redaction_id
where logged.redaction_id is null
