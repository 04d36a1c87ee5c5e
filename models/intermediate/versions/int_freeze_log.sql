-- The record of all dataset versions: each version's registry entry and its rows in one insert, so
-- that they appear together or not at all on every engine.
{{ config(materialized='insert_only', pre_hook="{{ label_lineage.keep_log() }}", full_refresh=false, transient=false, contract={'enforced': true}) }}
{{- label_lineage.insert_only_log() }}

{%- set row_columns = ['feature_id', 'change', 'cause', 'previous_label', 'row_hash', 'previous_row_hash'] + label_lineage.payload_columns() %}
{%- set annotator_columns = label_lineage.annotator_columns() %}
{%- set decimals = {'probability': 'decimal(7,6)', 'n_expected': 'decimal(18,3)'} %}
{%- set version_columns = label_lineage.entry_columns() | reject('equalto', 'frozen_at') | list %}

with frozen as (
    select dataset, version_number from {{ label_lineage.log_before('int_freeze_log') }} as freeze_log
    where entry = 'version'
),

versions as (
    select entries.* from {{ ref('int_version_entries') }} as entries
    left join frozen on entries.dataset = frozen.dataset and entries.version_number = frozen.version_number
    -- Otherwise frozen meanwhile, by another run that was quicker.
    where frozen.dataset is null
),

changes as (
    select * from {{ ref('int_changes') }}
),

annotators as (
    select * from {{ label_lineage.stored_estimates(ref('int_annotator_estimates')) }} as estimates
)

select
    'version' as entry,
    dataset,
    task,
    version,
    version_number,
    {{ label_lineage.typed_nulls('int_freeze_log', row_columns + annotator_columns, decimals) }},
    {{ version_columns | join(',\n    ') }},
    {{ label_lineage.now() }} as frozen_at
from versions
union all
select
    'row' as entry,
    changes.dataset,
    versions.task,
    versions.version,
    changes.version_number,
    changes.{{ row_columns | join(',\n    changes.') }},
    {{ label_lineage.typed_nulls('int_freeze_log', annotator_columns + version_columns, decimals) }},
    {{ label_lineage.now() }} as frozen_at
from changes
inner join versions
    on changes.dataset = versions.dataset and changes.version_number = versions.version_number
union all
select
    'annotator' as entry,
    annotators.dataset,
    versions.task,
    versions.version,
    annotators.version_number,
    {{ label_lineage.typed_nulls('int_freeze_log', row_columns) }},
    annotators.{{ annotator_columns | join(',\n    annotators.') }},
    {{ label_lineage.typed_nulls('int_freeze_log', version_columns) }},
    {{ label_lineage.now() }} as frozen_at
from annotators
inner join versions
    on annotators.dataset = versions.dataset and annotators.version_number = versions.version_number
