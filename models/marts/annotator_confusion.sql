with published as (
    select dataset, version, version_number from {{ ref('dataset_versions') }}
),

frozen as (
    select * from {{ ref('int_freeze_log') }}
    where entry = 'annotator' and given_label is not null
),

head as (
    select * from (
        {{ label_lineage.head_estimates(ref('int_annotator_estimates'), 'published') }}
    ) as estimates
    where given_label is not null and probability > 0
)

select
    frozen.dataset,
    published.version,
    frozen.annotator_id,
    frozen.true_label,
    frozen.given_label,
    frozen.probability,
    frozen.n_expected
from frozen
inner join published
    on frozen.dataset = published.dataset and frozen.version_number = published.version_number
union all
select
    dataset,
    'latest' as version,
    annotator_id,
    true_label,
    given_label,
    probability,
    n_expected
from head
