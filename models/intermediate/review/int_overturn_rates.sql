-- How often labels of an annotator, and labels that say the same, were overturned so far. Each run adds
-- what its batches bring, so neither a run nor a reader of the queue goes through the history.
{{ config(
    materialized='incremental',
    unique_key=['task', 'subject', 'name_hash'],
    incremental_strategy=label_lineage.upsert_strategy(),
    pre_hook=[
        "{{ label_lineage.check_links(ref('int_ledger'), ref('int_ledger_edges')) }}",
        "{{ label_lineage.forget_other_spellings() }}",
    ],
) }}
{%- set known_batch = '(select coalesce(max(batch), 0) from ' ~ this ~ ')' if is_incremental() else '0' %}

with new_nodes as (
    select * from {{ ref('int_ledger') }}
    where batch > {{ known_batch }}
),

overturned as (
    {{ label_lineage.overturned_labels(ref('int_ledger'), ref('int_ledger_edges'), known_batch if is_incremental() else none) }}
),

-- Counted before they are hashed: there are far fewer pairs of annotator and label than labels.
events as (
    select task, annotator_id, label, count(*) as n_labels, 0 as n_overturned, max(batch) as batch from new_nodes
    where label is not null
    group by task, annotator_id, label
    union all
    select task, annotator_id, label, 0 as n_labels, count(*) as n_overturned, max(batch) as batch from overturned
    where batch > {{ known_batch }}
    group by task, annotator_id, label
),

subjects as (
    select task, 'annotator' as subject, {{ dbt.hash('annotator_id') }} as name_hash, n_labels, n_overturned, batch as last_batch from events
    where annotator_id is not null
    union all
    select task, 'label' as subject, {{ dbt.hash(label_lineage.comparable_label('label', 'task')) }} as name_hash, n_labels, n_overturned, batch as last_batch from events
    {%- if is_incremental() %}
    union all
    select task, subject, name_hash, n_labels, n_overturned, batch as last_batch from {{ this }}
    {%- endif %}
)

select
    task,
    subject,
    name_hash,
    cast(sum(n_labels) as {{ dbt.type_bigint() }}) as n_labels,
    cast(sum(n_overturned) as {{ dbt.type_bigint() }}) as n_overturned,
    -- Laplace's rule of succession: who was never overturned in two labels is not yet sure.
    cast(1000 * {{ label_lineage.divide_rounded('(sum(n_overturned) + 1)', '(sum(n_labels) + 2)', 3) }} as {{ dbt.type_bigint() }}) as permille,
    max(last_batch) as batch,
    '{{ label_lineage.spelling() }}' as spelling
from subjects
group by task, subject, name_hash
-- Not `batch`, which BigQuery would take for the result's column.
having max(last_batch) > {{ known_batch }}
