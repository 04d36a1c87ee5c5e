with training_rows as (
    select * from {{ ref('int_training_rows') }}
    where entry = 'row' and label is not null
),

head_rows as (
    select * from {{ ref('int_head_rows') }}
),

versions as (
    select * from {{ ref('dataset_versions') }}
),

-- Compared before they are spread over the versions that contain them: few rows are wrong.
wrong as (
    select
        training_rows.*,
        head_rows.label as current_label,
        {{ label_lineage.list_minus('head_rows.leaf_node_ids', 'training_rows.leaf_node_ids') }} as superseding_node_ids
    from training_rows
    inner join head_rows
        on training_rows.dataset = head_rows.dataset and training_rows.feature_id = head_rows.feature_id
    where head_rows.label is null or head_rows.label <> training_rows.label
)

select
    wrong.dataset,
    versions.version,
    wrong.feature_id,
    wrong.split,
    wrong.label,
    wrong.current_label,
    wrong.superseding_node_ids
from wrong
inner join versions
    on wrong.dataset = versions.dataset
    and wrong.version_number <= versions.version_number
    and (wrong.until_version_number is null or wrong.until_version_number > versions.version_number)
