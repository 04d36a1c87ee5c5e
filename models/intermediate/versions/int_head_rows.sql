-- The state of every feature at the head: the newest published one, or what came since. A view,
-- because a table would rewrite every feature in every run. A dataset that is no longer declared has none.
{{ config(materialized='view') }}
{%- set columns = ['dataset', 'version_number', 'feature_id'] + label_lineage.payload_columns() %}

with declared as (
    select distinct dataset from {{ ref('int_versions_due') }}
),

published as (
    select dataset, max(version_number) as version_number from {{ ref('int_training_rows') }}
    where entry = 'version'
    group by dataset
),

-- Postgres has an index for these few rows, elsewhere two columns are read.
frozen as (
    select dataset, max(version_number) as version_number from {{ ref('int_freeze_log') }}
    where entry = 'version'
    group by dataset
),

datasets as (
    select
        declared.dataset,
        coalesce(published.version_number, 0) as published_number,
        coalesce(frozen.version_number, 0) as frozen_number
    from declared
    left join published on declared.dataset = published.dataset
    left join frozen on declared.dataset = frozen.dataset
),

unpublished as (
    select changes.{{ columns | join(', changes.') }}
    from {{ ref('int_changes') }} as changes
    inner join datasets on changes.dataset = datasets.dataset
    where changes.version_number > datasets.frozen_number
    union all
    -- What a run froze that ended before it published.
    select freeze_log.{{ columns | join(', freeze_log.') }}
    from {{ ref('int_freeze_log') }} as freeze_log
    inner join (select * from datasets where frozen_number > published_number) as behind on freeze_log.dataset = behind.dataset
    where freeze_log.entry = 'row'
        and freeze_log.version_number > behind.published_number
),

head as (
    select * from (
        select
            *,
            row_number() over (partition by dataset, feature_id order by version_number desc) as newest
        from unpublished
    ) as states
    where newest = 1
),

unchanged as (
    select training_rows.* from {{ ref('int_training_rows') }} as training_rows
    inner join datasets on training_rows.dataset = datasets.dataset
    left join head
        on training_rows.dataset = head.dataset and training_rows.feature_id = head.feature_id
    where training_rows.entry = 'row'
        and training_rows.until_version_number is null
        and head.feature_id is null
)

select {{ columns | join(', ') }} from head
union all
select {{ columns | join(', ') }} from unchanged
