with training_rows as (
    select * from {{ ref('int_training_rows') }}
    where entry = 'row' and label is not null
),

versions as (
    select * from {{ ref('dataset_versions') }}
),

head_rows as (
    select * from {{ ref('int_head_rows') }}
    where label is not null
)

select
    training_rows.dataset,
    versions.version,
    training_rows.feature_id,
    training_rows.{{ label_lineage.payload_columns() | join(',\n    training_rows.') }}
from training_rows
inner join versions
    on training_rows.dataset = versions.dataset
    and training_rows.version_number <= versions.version_number
    and (training_rows.until_version_number is null or training_rows.until_version_number > versions.version_number)
union all
select
    head_rows.dataset,
    'latest' as version,
    head_rows.feature_id,
    head_rows.{{ label_lineage.payload_columns() | join(',\n    head_rows.') }}
from head_rows
