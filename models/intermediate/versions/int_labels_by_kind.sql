-- The labels of all versions and of the head, under the kind of the versions that hold them: a dataset that
-- changes its kind reads its older rows by the new one.
{{ config(materialized=label_lineage.in_place('view')) }}

with entries as (
    select *, coalesce(until_version_number, {{ label_lineage.head_number() }}) as end_number from {{ ref('int_training_rows') }}
),

versions as (
    select dataset, version_number, {{ label_lineage.json_value('policy', 'kind') }} as kind from entries
    where entry = 'version'
),

-- One row per dataset and run of versions of one kind.
kinds as (
    select
        dataset,
        kind,
        version_number,
        coalesce(lead(version_number) over (partition by dataset order by version_number), {{ label_lineage.head_number() }}) as end_number
    from (
        select *, coalesce(lag(kind) over (partition by dataset order by version_number) = kind, false) as is_same
        from versions
    ) as neighbours
    where not is_same
)

select
    entries.dataset,
    entries.feature_id,
    entries.split,
    entries.label,
    kinds.kind,
    greatest(entries.version_number, kinds.version_number) as version_number,
    least(entries.end_number, kinds.end_number) as end_number
from entries
inner join kinds
    on entries.dataset = kinds.dataset
    and entries.version_number < kinds.end_number
    and entries.end_number > kinds.version_number
where entries.entry = 'row' and entries.label is not null
union all
select
    head_rows.dataset,
    head_rows.feature_id,
    head_rows.split,
    head_rows.label,
    latest.kind,
    {{ label_lineage.head_number() }} as version_number,
    null as end_number
from {{ ref('int_head_rows') }} as head_rows
inner join {{ ref('int_versions_due') }} as latest on head_rows.dataset = latest.dataset
where latest.is_latest and head_rows.label is not null
