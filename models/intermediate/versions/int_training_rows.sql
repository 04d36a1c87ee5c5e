-- The change log as intervals: a row holds from `version_number` until, but not in, `until_version_number`.
-- Registry entries come along, so readers see a version's rows and its entry at the same instant.
{{ config(materialized='incremental', unique_key=['dataset', 'feature_id', 'version_number'], incremental_strategy=label_lineage.upsert_strategy()) }}
{%- set columns = ['entry', 'dataset', 'task', 'version', 'version_number', 'feature_id'] + label_lineage.payload_columns() + label_lineage.entry_columns() %}

with entries as (
    select freeze_log.{{ columns | join(', freeze_log.') }} from {{ ref('int_freeze_log') }} as freeze_log
    {%- if is_incremental() %}
    left join {{ this }} as published
        on freeze_log.dataset = published.dataset
        and freeze_log.version_number = published.version_number
        and published.entry = 'version'
    {%- endif %}
    where freeze_log.entry in ('version', 'row')
    {%- if is_incremental() %}
        and published.dataset is null
    {%- endif %}
),

rows_to_write as (
    select * from entries
    {%- if is_incremental() %}
    union all
    -- Open rows that a new version replaces come again, closed.
    select open_rows.{{ columns | join(', open_rows.') }}
    from {{ this }} as open_rows
    inner join (select distinct dataset, feature_id from entries where entry = 'row') as touched
        on open_rows.dataset = touched.dataset and open_rows.feature_id = touched.feature_id
    where open_rows.until_version_number is null
    {%- endif %}
)

select
    *,
    case when entry = 'row' then
        lead(version_number) over (partition by dataset, entry, feature_id order by version_number)
    end as until_version_number
from rows_to_write
