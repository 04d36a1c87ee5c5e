with freeze_log as (
    select * from {{ ref('int_freeze_log') }}
    where entry = 'row'
),

published as (
    select dataset, version_number from {{ ref('dataset_versions') }}
)

select
    freeze_log.dataset,
    freeze_log.version,
    freeze_log.version_number,
    freeze_log.feature_id,
    freeze_log.change,
    freeze_log.cause,
    freeze_log.label,
    freeze_log.previous_label,
    freeze_log.label_distribution,
    freeze_log.confidence,
    freeze_log.n_labels,
    freeze_log.outcome,
    freeze_log.split,
    freeze_log.leaf_node_ids,
    {{ label_lineage.is_erased('freeze_log.') }} or freeze_log.outcome = 'redacted' as is_redacted
from freeze_log
inner join published
    on freeze_log.dataset = published.dataset and freeze_log.version_number = published.version_number
