with versions as (
    select dataset, version, version_number from {{ ref('dataset_versions') }}
    union all
    select dataset, 'latest' as version, {{ label_lineage.head_number() }} as version_number from {{ ref('int_versions_due') }}
    where is_latest
),

labels as (
    select * from {{ ref('int_labels_by_kind') }}
),

classes as (
    {{ label_lineage.classes_of('labels', ['dataset', 'feature_id', 'split', 'version_number', 'end_number']) }}
),

-- Rows that come and go, counted once each; summing them up to a version gives its balance, and 0 for a
-- class that it lost, so that the loss shows.
steps as (
    select dataset, split, class, version_number, count(*) as step from classes
    group by dataset, split, class, version_number
    union all
    select dataset, split, class, end_number as version_number, 0 - count(*) as step from classes
    where end_number is not null
    group by dataset, split, class, end_number
),

counted as (
    select versions.dataset, versions.version, versions.version_number, steps.split, steps.class, sum(steps.step) as n_rows
    from versions
    inner join steps on versions.dataset = steps.dataset and steps.version_number <= versions.version_number
    group by versions.dataset, versions.version, versions.version_number, steps.split, steps.class
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
