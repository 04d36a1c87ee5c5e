-- The dataset versions to freeze in this run, and for each dataset `latest`, the head that is never frozen.
{{ config(materialized=label_lineage.in_place('table'), pre_hook=["{{ label_lineage.check_dataset_tasks() }}", "{{ label_lineage.check_declared_versions() }}"]) }}
{%- set settings = label_lineage.settings() %}

with datasets as (
    select * from {{ ref('int_datasets') }}
),

frozen as (
    {{ label_lineage.last_frozen_versions() }}
),

known as (
    select
        datasets.dataset,
        datasets.task,
        datasets.policy,
        coalesce(frozen.version_number, 0) as last_number,
        coalesce(frozen.as_of, cast('0001-01-01' as {{ label_lineage.type_instant() }})) as last_as_of,
        coalesce(frozen.policy <> datasets.policy, false) as has_new_policy
    from datasets
    left join frozen on datasets.dataset = frozen.dataset
),

planned as (
    {{ label_lineage.planned_versions('known') }}
),

due as (
    select
        known.*,
        planned.version,
        planned.as_of
    from known
    inner join planned on known.dataset = planned.dataset
    where planned.as_of > known.last_as_of
        and {{ label_lineage.add_microseconds('planned.as_of', settings.freeze_delay_seconds * 1000000) }} <= {{ label_lineage.now() }}
    union all
    select
        known.*,
        'latest' as version,
        cast('9999-12-31' as {{ label_lineage.type_instant() }}) as as_of
    from known
),

numbered as (
    select
        *,
        row_number() over (partition by dataset order by as_of) as place,
        coalesce(lag(as_of) over (partition by dataset order by as_of), last_as_of) as previous_as_of
    from due
)

select
    dataset,
    task,
    version,
    policy,
    {{ label_lineage.policy_columns('policy') }},
    cast(last_number + place as {{ dbt.type_int() }}) as version_number,
    version = 'latest' as is_latest,
    has_new_policy and place = 1 as is_policy_new,
    as_of,
    previous_as_of
from numbered
