-- Carries out what int_redactions asks for, in a pre-hook, and then logs what it left behind. A run that is
-- killed before leaves no row here, and the next one does it again.
{{ config(
    materialized='insert_only',
    pre_hook=["{{ label_lineage.keep_log() }}", "{{ label_lineage.erase_payloads() }}"],
    full_refresh=false,
    transient=false,
    contract={'enforced': true},
) }}
{{- label_lineage.insert_only_log() }}
{%- set columns = ['erasure', 'batch', 'ledger_batch', 'n_nodes', 'n_rows', 'n_estimates', 'checksum', 'erased_at'] %}

with redactions as (
    select coalesce(max(batch), 0) as batch from {{ ref('int_redactions') }}
),

{% if label_lineage.is_erasing(label_lineage.redactions()) -%}
admitted as (
    select coalesce(max(batch), 0) as ledger_batch from {{ label_lineage.log_before('int_ledger') }} as ledger
),

earlier as (
    select coalesce(max(erasure), 0) as erasure from {{ label_lineage.log_before('int_erasures') }} as erasures
),

totals as (
    {{ label_lineage.erased_totals('(select ledger_batch from admitted)') }}
)

select
    cast(earlier.erasure + 1 as {{ dbt.type_int() }}) as erasure,
    cast(redactions.batch as {{ dbt.type_int() }}) as batch,
    cast(admitted.ledger_batch as {{ dbt.type_int() }}) as ledger_batch,
    totals.n_nodes,
    totals.n_rows,
    totals.n_estimates,
    totals.checksum,
    {{ label_lineage.now() }} as erased_at
from totals
cross join redactions
cross join admitted
cross join earlier
{%- else -%}
nothing as (
    select {{ label_lineage.typed_nulls('int_erasures', columns) }} from redactions
)

select {{ columns | join(', ') }} from nothing
where 1 = 0
{%- endif %}
