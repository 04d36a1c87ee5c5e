-- The rows of a version are those of the version before, plus the added, less the removed; the log
-- holds as many changes of each kind as the registry says; and the last version holds as many rows as
-- all of this adds up to.
with versions as (
    select
        *,
        sum(n_added - n_removed) over (partition by dataset order by version_number) as n_rows_by_changes,
        row_number() over (partition by dataset order by version_number desc) as newest
    from {{ ref('dataset_versions') }}
),

changes as (
    select
        dataset,
        version_number,
        sum(case when change = 'added' then 1 else 0 end) as n_added,
        sum(case when change = 'changed' then 1 else 0 end) as n_changed,
        sum(case when change = 'removed' then 1 else 0 end) as n_removed
    from {{ ref('training_set_changes') }}
    group by dataset, version_number
),

-- The rows of the last version are those that no version has closed.
last_rows as (
    select dataset, count(case when {{ label_lineage.is_in_data() }} then 1 end) as n_rows
    from {{ ref('int_training_rows') }}
    where entry = 'row' and until_version_number is null
    group by dataset
)

select
    'dataset_versions' as table_name,
    versions.dataset,
    versions.version,
    versions.n_rows,
    versions.n_rows_by_changes,
    last_rows.n_rows as n_rows_found
from versions
left join changes
    on versions.dataset = changes.dataset and versions.version_number = changes.version_number
left join last_rows on versions.dataset = last_rows.dataset
where versions.n_rows <> versions.n_rows_by_changes
    or versions.n_added <> coalesce(changes.n_added, 0)
    or versions.n_changed <> coalesce(changes.n_changed, 0)
    or versions.n_removed <> coalesce(changes.n_removed, 0)
    or (versions.newest = 1 and versions.n_rows <> coalesce(last_rows.n_rows, 0))
