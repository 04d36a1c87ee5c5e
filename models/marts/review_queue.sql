with queued as (
    select * from {{ ref('int_queued_features') }}
),

ledger as (
    select * from {{ ref('int_ledger') }}
),

rates as (
    select * from {{ ref('int_overturn_rates') }}
),

leaves as (
    {{ label_lineage.unnest_list('queued', 'leaf_node_ids', ['dataset', 'task', 'feature_id']) }}
),

-- An annotator that nobody named was overturned as often as not, for all that is known.
doubts as (
    select
        leaves.dataset,
        leaves.feature_id,
        sum(coalesce(annotators.permille, 500) + coalesce(labels.permille, 500)) as doubt
    from leaves
    inner join ledger on leaves.item = ledger.node_id
    left join rates as annotators
        on annotators.subject = 'annotator' and ledger.task = annotators.task and {{ dbt.hash('ledger.annotator_id') }} = annotators.name_hash
    left join rates as labels
        on labels.subject = 'label' and ledger.task = labels.task and {{ dbt.hash(label_lineage.comparable_label('ledger.label', 'ledger.task')) }} = labels.name_hash
    group by leaves.dataset, leaves.feature_id
),

-- Of all features: some engines work the queue out anew for each place that names it, and stop at too many.
waiting as (
    select
        task,
        feature_id,
        max(effective_at) as waiting_since
    from ledger
    group by task, feature_id
)

select
    queued.dataset,
    queued.feature_id,
    queued.reason,
    cast(
        row_number() over (
            partition by queued.dataset
            order by queued.has_label, doubts.doubt desc, waiting.waiting_since, {{ label_lineage.text_order('queued.feature_id') }}
        ) as {{ dbt.type_bigint() }}
    ) as priority,
    cast(doubts.doubt as {{ dbt.type_bigint() }}) as doubt,
    queued.label_distribution as candidates,
    queued.leaf_node_ids,
    queued.is_fork,
    queued.is_edit_war,
    queued.is_own_merge,
    queued.has_label,
    waiting.waiting_since
from queued
inner join doubts on queued.dataset = doubts.dataset and queued.feature_id = doubts.feature_id
inner join waiting on queued.task = waiting.task and queued.feature_id = waiting.feature_id
