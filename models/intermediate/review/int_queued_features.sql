-- What a person should look at: features without a label, and labels that are in dispute or seen by one pair of eyes.
{{ config(materialized='view') }}

with open_features as (
    select * from {{ ref('int_open_features') }}
),

edit_wars as (
    select * from {{ ref('int_edit_wars') }}
),

labelled as (
    select
        head_rows.dataset,
        datasets.task,
        head_rows.feature_id,
        head_rows.label_distribution,
        head_rows.leaf_node_ids
    from {{ ref('int_head_rows') }} as head_rows
    inner join {{ ref('int_datasets') }} as datasets on head_rows.dataset = datasets.dataset
    where head_rows.label is not null
)

select
    open_features.*,
    edit_wars.feature_id is not null as is_edit_war,
    false as has_label
from open_features
left join edit_wars on open_features.task = edit_wars.task and open_features.feature_id = edit_wars.feature_id
union all
select
    labelled.dataset,
    labelled.task,
    labelled.feature_id,
    case when edit_wars.feature_id is null then 'four_eyes' else 'edit_war' end as reason,
    labelled.label_distribution,
    labelled.leaf_node_ids,
    edit_wars.feature_id is not null as is_edit_war,
    true as has_label
from labelled
left join edit_wars on labelled.task = edit_wars.task and labelled.feature_id = edit_wars.feature_id
left join {{ ref('int_own_merges') }} as own_merges
    on labelled.task = own_merges.task and labelled.feature_id = own_merges.feature_id
where edit_wars.feature_id is not null or own_merges.feature_id is not null
