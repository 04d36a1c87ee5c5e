{%- set interval = ['version_number', 'until_version_number'] %}
with entries as (
    select * from {{ ref('int_training_rows') }}
),

versions as (
    select dataset, version, version_number, {{ label_lineage.json_value('policy', 'kind') }} as kind from {{ ref('dataset_versions') }}
),

-- A dataset that changes its kind reads its older rows by the new one: one row per dataset and run of versions of a kind.
kinds as (
    select
        dataset,
        kind,
        version_number,
        lead(version_number) over (partition by dataset order by version_number) as until_version_number
    from (
        select *, coalesce(lag(kind) over (partition by dataset order by version_number) = kind, false) as is_same
        from versions
    ) as neighbours
    where not is_same
),

training_rows as (
    select
        entries.dataset,
        entries.feature_id,
        entries.split,
        entries.label,
        kinds.kind,
        greatest(entries.version_number, kinds.version_number) as version_number,
        least(
            coalesce(entries.until_version_number, kinds.until_version_number),
            coalesce(kinds.until_version_number, entries.until_version_number)
        ) as until_version_number
    from entries
    inner join kinds
        on entries.dataset = kinds.dataset
        and entries.version_number < coalesce(kinds.until_version_number, 2147483647)
        and coalesce(entries.until_version_number, 2147483647) > kinds.version_number
    where entries.entry = 'row' and entries.label is not null
),

latest as (
    select dataset, kind from {{ ref('int_versions_due') }}
    where is_latest
),

head_rows as (
    select head_rows.dataset, head_rows.feature_id, head_rows.split, head_rows.label, latest.kind
    from {{ ref('int_head_rows') }} as head_rows
    inner join latest on head_rows.dataset = latest.dataset
    where head_rows.label is not null
),

classes as (
    {{ label_lineage.classes_of('training_rows', ['dataset', 'feature_id', 'split'] + interval) }}
),

head_classes as (
    {{ label_lineage.classes_of('head_rows', ['dataset', 'feature_id', 'split']) }}
),

-- Rows that come and go, counted once each; summing them up to a version gives its balance.
steps as (
    select dataset, split, class, version_number, count(*) as step from classes
    group by dataset, split, class, version_number
    union all
    select dataset, split, class, until_version_number as version_number, 0 - count(*) as step from classes
    where until_version_number is not null
    group by dataset, split, class, until_version_number
),

counted as (
    select versions.dataset, versions.version, versions.version_number, steps.split, steps.class, sum(steps.step) as n_rows
    from versions
    inner join steps on versions.dataset = steps.dataset and steps.version_number <= versions.version_number
    group by versions.dataset, versions.version, versions.version_number, steps.split, steps.class
    union all
    select dataset, 'latest' as version, 2147483647 as version_number, split, class, sum(step) as n_rows
    from (
        select dataset, split, class, 1 as step from head_classes
        union all
        -- A class that the head lost counts 0 there, so that the loss shows.
        select distinct classes.dataset, classes.split, classes.class, 0 as step
        from classes
        inner join latest on classes.dataset = latest.dataset
    ) as head_steps
    group by dataset, split, class
),

compared as (
    select
        *,
        max(case when class is null then n_rows end) over (partition by dataset, version, split) as n_split_rows,
        n_rows - coalesce(lag(n_rows) over (partition by dataset, split, class order by version_number), 0) as change
    from counted
)

select
    dataset,
    version,
    split,
    class as label,
    cast(n_rows as {{ dbt.type_bigint() }}) as n_rows,
    {{ label_lineage.share('n_rows', 'n_split_rows') }} as share,
    cast(change as {{ dbt.type_bigint() }}) as change
from compared
where class is not null and (n_rows > 0 or change <> 0)
