-- The split of each feature, given at first sight and kept for ever, also when the fractions change.
{{ config(materialized='insert_only', pre_hook="{{ label_lineage.keep_log() }}", full_refresh=false, transient=false, contract={'enforced': true}) }}
{{- label_lineage.insert_only_log() }}

with known as (
    select * from {{ label_lineage.log_before('int_splits') }} as splits
),

new_features as (
    select
        touched.dataset,
        touched.task,
        touched.feature_id,
        min(touched.first_split_group) as first_split_group,
        max(touched.last_split_group) as last_split_group
    from {{ ref('int_touched_features') }} as touched
    left join known on touched.dataset = known.dataset and touched.feature_id = known.feature_id
    where known.feature_id is null
    group by touched.dataset, touched.task, touched.feature_id
),

-- Where the labels of a feature name different groups, the one named first decides.
named_groups as (
    select
        new_features.dataset,
        new_features.feature_id,
        ledger.split_group,
        row_number() over (
            partition by new_features.dataset, new_features.feature_id
            order by ledger.effective_at, {{ label_lineage.text_order('ledger.split_group') }}
        ) as place
    from new_features
    inner join {{ ref('int_ledger') }} as ledger
        on new_features.task = ledger.task and new_features.feature_id = ledger.feature_id
    where new_features.first_split_group <> new_features.last_split_group
),

grouped as (
    select dataset, feature_id, first_split_group as split_group from new_features
    where first_split_group = last_split_group
    union all
    select dataset, feature_id, split_group from named_groups
    where place = 1
),

-- A group that was split before keeps its split.
known_groups as (
    select known.dataset, known.split_group, min({{ label_lineage.text_order('known.split') }}) as split
    from known
    inner join (select distinct dataset, split_group from grouped) as asked
        on known.dataset = asked.dataset and known.split_group = asked.split_group
    group by known.dataset, known.split_group
)

select
    grouped.dataset,
    grouped.feature_id,
    grouped.split_group,
    coalesce(known_groups.split, {{ label_lineage.split_of('grouped.dataset', 'grouped.split_group') }}) as split
from grouped
left join known_groups
    on grouped.dataset = known_groups.dataset and grouped.split_group = known_groups.split_group
