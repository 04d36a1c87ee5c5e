-- What a person should look at: features without a label, and labels that are in dispute or seen by one pair of eyes.
{{ config(materialized=label_lineage.in_place('view')) }}

with features as (
    select * from {{ ref('int_head_features') }}
),

forks as (
    select * from {{ ref('int_forks') }}
),

-- Of a dataset in which their labels count: a policy can leave leaves out.
edit_wars as (
    select distinct features.dataset, features.feature_id
    from features
    inner join {{ ref('int_edit_wars') }} as wars on features.task = wars.task and features.feature_id = wars.feature_id
    where {{ label_lineage.list_contains('features.leaf_node_ids', 'wars.node_id') }}
),

own_merges as (
    select distinct features.dataset, features.feature_id
    from features
    inner join {{ ref('int_own_merges') }} as merged on features.task = merged.task and features.feature_id = merged.feature_id
    where {{ label_lineage.list_contains('features.leaf_node_ids', 'merged.node_id') }}
)

select
    features.dataset,
    features.task,
    features.feature_id,
    case
        when not features.has_label then features.reason
        when edit_wars.feature_id is not null then 'edit_war'
        when forks.is_disputed then 'fork'
        else 'four_eyes'
    end as reason,
    features.label_distribution,
    features.leaf_node_ids,
    forks.feature_id is not null as is_fork,
    edit_wars.feature_id is not null as is_edit_war,
    own_merges.feature_id is not null as is_own_merge,
    features.has_label
from features
left join edit_wars on features.dataset = edit_wars.dataset and features.feature_id = edit_wars.feature_id
left join forks on features.dataset = forks.dataset and features.feature_id = forks.feature_id
left join own_merges on features.dataset = own_merges.dataset and features.feature_id = own_merges.feature_id
where not features.has_label
    or edit_wars.feature_id is not null
    or own_merges.feature_id is not null
    or forks.is_disputed
