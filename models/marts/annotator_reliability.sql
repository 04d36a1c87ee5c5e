with published as (
    select dataset, version, version_number from {{ ref('dataset_versions') }}
),

frozen as (
    select * from {{ ref('int_freeze_log') }}
    where entry = 'annotator' and true_label is null
),

head as (
    select * from (
        {{ label_lineage.head_estimates(ref('int_annotator_estimates'), 'published') }}
    ) as estimates
    where true_label is null
)

select
    frozen.dataset,
    published.version,
    frozen.annotator_id,
    cast(frozen.n_expected as {{ dbt.type_bigint() }}) as n_labels,
    frozen.probability as reliability
from frozen
inner join published
    on frozen.dataset = published.dataset and frozen.version_number = published.version_number
union all
select
    dataset,
    'latest' as version,
    annotator_id,
    cast(n_expected as {{ dbt.type_bigint() }}) as n_labels,
    probability as reliability
from head
