-- What the versions that are frozen in this run hold: rows, changes and the sums of the row hashes.
with versions as (
    select * from {{ ref('int_versions_due') }}
    where not is_latest
),

last_frozen as (
    {{ label_lineage.last_frozen_versions() }}
),

changes as (
    select * from {{ ref('int_changes') }}
),

deltas as (
    select
        versions.dataset,
        versions.version_number,
        count(case when changes.change = 'added' then 1 end) as n_added,
        count(case when changes.change = 'changed' then 1 end) as n_changed,
        count(case when changes.change = 'removed' then 1 end) as n_removed,
        coalesce(sum({{ label_lineage.checksum_delta(1) }}), 0) as checksum_high,
        coalesce(sum({{ label_lineage.checksum_delta(16) }}), 0) as checksum_low
    from versions
    left join changes
        on versions.dataset = changes.dataset and versions.version_number = changes.version_number
    group by versions.dataset, versions.version_number
),

-- What the newest frozen version holds, then each new version's difference on top of it.
steps as (
    select dataset, version_number, 0 as n_added, 0 as n_changed, 0 as n_removed, n_rows, checksum_high, checksum_low
    from last_frozen
    union all
    select dataset, version_number, n_added, n_changed, n_removed, n_added - n_removed as n_rows, checksum_high, checksum_low
    from deltas
),

totals as (
    select
        dataset,
        version_number,
        n_added,
        n_changed,
        n_removed,
        sum(n_rows) over (partition by dataset order by version_number) as n_rows,
        sum(checksum_high) over (partition by dataset order by version_number) as checksum_high,
        sum(checksum_low) over (partition by dataset order by version_number) as checksum_low
    from steps
)

select
    totals.dataset,
    totals.version_number,
    cast(totals.n_rows as {{ dbt.type_bigint() }}) as n_rows,
    cast(totals.n_added as {{ dbt.type_bigint() }}) as n_added,
    cast(totals.n_changed as {{ dbt.type_bigint() }}) as n_changed,
    cast(totals.n_removed as {{ dbt.type_bigint() }}) as n_removed,
    cast(totals.checksum_high as {{ label_lineage.type_decimal(29, 0) }}) as checksum_high,
    cast(totals.checksum_low as {{ label_lineage.type_decimal(29, 0) }}) as checksum_low
from totals
inner join versions
    on totals.dataset = versions.dataset and totals.version_number = versions.version_number
