with published as (
    select dataset, version, version_number from {{ ref('dataset_versions') }}
),

frozen as (
    select * from {{ ref('int_freeze_log') }}
    where entry = 'annotator' and given_label is not null
),

-- Of the last run that estimated: one that stopped before may have numbered the head anew.
head_versions as (
    select estimates.dataset, max(estimates.version_number) as version_number
    from {{ ref('int_annotator_estimates') }} as estimates
    left join published
        on estimates.dataset = published.dataset and estimates.version_number = published.version_number
    where published.dataset is null
    group by estimates.dataset
),

head as (
    select estimates.* from {{ ref('int_annotator_estimates') }} as estimates
    inner join head_versions
        on estimates.dataset = head_versions.dataset and estimates.version_number = head_versions.version_number
    where estimates.given_label is not null and estimates.probability > 0
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
