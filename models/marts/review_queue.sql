with open_features as (
    select * from {{ ref('int_head_rows') }}
    where outcome in ('tie', 'no_quorum')
),

policies as (
    select dataset, task, min_labels from {{ ref('int_versions_due') }}
    where is_latest
),

waiting as (
    select
        open_features.dataset,
        open_features.feature_id,
        max(ledger.effective_at) as waiting_since
    from open_features
    inner join policies on open_features.dataset = policies.dataset
    inner join {{ ref('int_ledger') }} as ledger
        on policies.task = ledger.task
        and open_features.feature_id = ledger.feature_id
    group by open_features.dataset, open_features.feature_id
),

reasons as (
    select
        open_features.*,
        case
            when open_features.outcome = 'tie' then 'tie'
            when open_features.n_labels < policies.min_labels then 'no_quorum'
            else 'low_agreement'
        end as reason,
        waiting.waiting_since
    from open_features
    inner join policies on open_features.dataset = policies.dataset
    inner join waiting
        on open_features.dataset = waiting.dataset and open_features.feature_id = waiting.feature_id
)

select
    dataset,
    feature_id,
    reason,
    -- Most opinions first, for those were the dearest to get; then who waits longest.
    cast(
        row_number() over (partition by dataset order by n_labels desc, waiting_since, {{ label_lineage.text_order('feature_id') }})
        as {{ dbt.type_bigint() }}
    ) as priority,
    label_distribution as candidates,
    leaf_node_ids,
    waiting_since
from reasons
