-- The state of every feature at the head: the newest published one, or what came since. A view,
-- because a table would rewrite every feature in every run. A dataset that is no longer declared has none.
{{ config(materialized=label_lineage.in_place('view')) }}

with published as (
    select dataset, max(version_number) as version_number from {{ ref('int_training_rows') }}
    where entry = 'version'
    group by dataset
),

unpublished as (
    select
        changes.*,
        row_number() over (partition by changes.dataset, changes.feature_id order by changes.version_number desc) as newest
    from {{ ref('int_changes') }} as changes
    inner join {{ ref('int_datasets') }} as datasets on changes.dataset = datasets.dataset
    left join published on changes.dataset = published.dataset
    where changes.version_number > coalesce(published.version_number, 0)
),

head as (
    select * from unpublished
    where newest = 1
),

unchanged as (
    select training_rows.* from {{ ref('int_training_rows') }} as training_rows
    inner join {{ ref('int_datasets') }} as datasets on training_rows.dataset = datasets.dataset
    left join head
        on training_rows.dataset = head.dataset and training_rows.feature_id = head.feature_id
    where training_rows.entry = 'row'
        and training_rows.until_version_number is null
        and head.feature_id is null
)

select dataset, version_number, feature_id, {{ label_lineage.payload_columns() | join(', ') }} from head
union all
select dataset, version_number, feature_id, {{ label_lineage.payload_columns() | join(', ') }} from unchanged
