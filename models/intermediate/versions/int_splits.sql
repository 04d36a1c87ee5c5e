-- The split of each feature, given at first sight and kept for ever, also when the fractions change.
{{ config(materialized='insert_only', full_refresh=false, contract={'enforced': true}) }}
{{- label_lineage.insert_only_log() }}

with known as (
    select * from {{ label_lineage.log_before('int_splits') }} as splits
),

new_features as (
    select distinct touched.dataset, versions.task, touched.feature_id
    from {{ ref('int_touched_features') }} as touched
    inner join {{ ref('int_versions_due') }} as versions
        on touched.dataset = versions.dataset and touched.version_number = versions.version_number
    left join known on touched.dataset = known.dataset and touched.feature_id = known.feature_id
    where known.feature_id is null
),

feature_groups as (
    select
        new_features.dataset,
        new_features.feature_id,
        ledger.split_group,
        min(ledger.effective_at) as first_seen_at
    from new_features
    inner join {{ ref('int_ledger') }} as ledger
        on new_features.task = ledger.task and new_features.feature_id = ledger.feature_id
    group by new_features.dataset, new_features.feature_id, ledger.split_group
),

-- Where the labels of a feature name different groups, the one named first decides.
grouped as (
    select * from (
        select
            *,
            row_number() over (partition by dataset, feature_id order by first_seen_at, split_group) as place
        from feature_groups
    ) as ranked
    where place = 1
),

-- A group that was split before keeps its split.
known_groups as (
    select dataset, split_group, min(split) as split from known
    group by dataset, split_group
)

select
    grouped.dataset,
    grouped.feature_id,
    grouped.split_group,
    coalesce(known_groups.split, {{ label_lineage.split_of('grouped.dataset', 'grouped.split_group') }}) as split
from grouped
left join known_groups
    on grouped.dataset = known_groups.dataset and grouped.split_group = known_groups.split_group
