with training_rows as (
    select * from {{ ref('int_training_rows') }}
    where entry = 'row' and label is not null
),

versions as (
    select dataset, version, version_number from {{ ref('dataset_versions') }}
),

-- Rows that come and go, counted once each; summing them up to a version gives its balance.
steps as (
    select dataset, split, label, version_number, 1 as step from training_rows
    union all
    select dataset, split, label, until_version_number as version_number, -1 as step from training_rows
    where until_version_number is not null
),

frozen as (
    select
        versions.dataset,
        versions.version,
        versions.version_number,
        steps.split,
        steps.label,
        sum(steps.step) as n_rows
    from versions
    inner join (
        select dataset, split, label, version_number, sum(step) as step from steps
        group by dataset, split, label, version_number
    ) as steps
        on versions.dataset = steps.dataset and steps.version_number <= versions.version_number
    group by versions.dataset, versions.version, versions.version_number, steps.split, steps.label
),

-- A label that the head lost counts 0 there, so that the loss shows.
head_counts as (
    select dataset, split, label, count(*) as n_rows from {{ ref('int_head_rows') }}
    where label is not null
    group by dataset, split, label
    union all
    select distinct dataset, split, label, 0 as n_rows from training_rows
),

counted as (
    select * from frozen
    union all
    select
        dataset,
        'latest' as version,
        2147483647 as version_number,
        split,
        label,
        sum(n_rows) as n_rows
    from head_counts
    group by dataset, split, label
),

compared as (
    select
        *,
        sum(n_rows) over (partition by dataset, version, split) as n_split_rows,
        n_rows - coalesce(lag(n_rows) over (partition by dataset, split, label order by version_number), 0) as change
    from counted
)

select
    dataset,
    version,
    split,
    label,
    cast(n_rows as {{ dbt.type_bigint() }}) as n_rows,
    {{ label_lineage.share('n_rows', 'n_split_rows') }} as share,
    cast(change as {{ dbt.type_bigint() }}) as change
from compared
where n_rows > 0 or change <> 0
