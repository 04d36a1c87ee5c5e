{#-
  Every version still holds the rows that were frozen: their hashes, taken anew from what the rows say,
  add up to the version's checksum, and their number to its n_rows. A version is all rows that opened
  up to it less those that closed, so this is linear in the changes; no version is ever written out.
  `until` names the column with the version that closes a row; without it the order of rows tells. Of a row
  whose payload was redacted, the hash stored with it counts.
-#}
{% test frozen(model, until=none) %}

with versions as (
    select * from {{ model }}
    where entry = 'version'
),

training_rows as (
    select
        dataset,
        version_number,
        {{ until or 'lead(version_number) over (partition by dataset, feature_id order by version_number)' }} as until_version_number,
        {{ label_lineage.checksum_part('hash_now', 1, 'row_in_data') }} as checksum_high,
        {{ label_lineage.checksum_part('hash_now', 16, 'row_in_data') }} as checksum_low,
        case when row_in_data is null then 0 else 1 end as n_rows
    from (
        {{ label_lineage.hashed_rows(model) }}
    ) as hashed
),

steps as (
    select dataset, version_number, n_rows, checksum_high, checksum_low from training_rows
    union all
    select dataset, until_version_number, 0 - n_rows, 0 - checksum_high, 0 - checksum_low from training_rows
    where until_version_number is not null
),

deltas as (
    select
        dataset,
        version_number,
        sum(n_rows) as n_rows,
        sum(checksum_high) as checksum_high,
        sum(checksum_low) as checksum_low
    from (
        select * from steps
        union all
        -- A version in which nothing changed has no rows of its own.
        select dataset, version_number, 0, 0, 0 from versions
    ) as all_steps
    group by dataset, version_number
),

totals as (
    select
        dataset,
        version_number,
        sum(n_rows) over (partition by dataset order by version_number) as n_rows,
        sum(checksum_high) over (partition by dataset order by version_number) as checksum_high,
        sum(checksum_low) over (partition by dataset order by version_number) as checksum_low
    from deltas
)

select
    {{ label_lineage.literal(model) }} as table_name,
    totals.dataset,
    totals.version_number,
    versions.version,
    versions.n_rows as n_rows_frozen,
    totals.n_rows as n_rows_found
from totals
left join versions
    on totals.dataset = versions.dataset and totals.version_number = versions.version_number
where versions.version is null
    or coalesce(versions.n_rows, -1) <> totals.n_rows
    or coalesce(versions.checksum_high, -1) <> totals.checksum_high
    or coalesce(versions.checksum_low, -1) <> totals.checksum_low

{% endtest %}
