-- The record of all labels: a node enters once and never changes. Everything downstream can be rebuilt from here.
{{ config(materialized='insert_only', pre_hook="{{ label_lineage.keep_log() }}", full_refresh=false, transient=false, contract={'enforced': true}) }}
{{- label_lineage.insert_only_log() }}

with candidates as (
    select candidates.* from {{ ref('int_candidates') }} as candidates
    left join {{ ref('int_refused_nodes') }} as refused on candidates.node_id = refused.node_id
    where refused.node_id is null
),

frozen as (
    select task, max(as_of) as last_cutoff from {{ label_lineage.log_before('int_freeze_log') }} as freeze_log
    where entry = 'version'
    group by task
),

run as (
    select coalesce(max(batch), 0) + 1 as batch from {{ label_lineage.log_before('int_ledger') }} as ledger
)

select
    candidates.node_id,
    candidates.feature_id,
    candidates.task,
    candidates.label,
    candidates.annotator_id,
    candidates.split_group,
    candidates.source,
    candidates.attributes,
    candidates.parent_ids,
    candidates.content_hash,
    run.batch,
    {{ label_lineage.is_model('candidates.annotator_id') }} as is_model,
    candidates.created_at,
    candidates.recorded_at,
    -- No node enters a past that is frozen: a late one counts from the instant after the last cutoff.
    case
        when candidates.recorded_at <= frozen.last_cutoff then {{ label_lineage.add_microseconds('frozen.last_cutoff', 1) }}
        else candidates.recorded_at
    end as effective_at,
    {{ label_lineage.now() }} as admitted_at
from candidates
cross join run
left join frozen on candidates.task = frozen.task
where candidates.node_id not in (
    -- Admitted since int_arrivals looked, should another run have been quicker.
    select node_id from {{ label_lineage.log_before('int_ledger') }} as ledger
    where batch > (select max(known_batch) from {{ ref('int_arrivals') }})
)
