-- Features with labels that count at the head, and why some have none. (Retracted ones ask for nothing.)
{{ config(materialized=label_lineage.in_place('view')) }}

with head_rows as (
    select * from {{ ref('int_head_rows') }}
    where label is not null
        or outcome in ('tie', 'no_quorum')
),

policies as (
    select * from {{ ref('int_versions_due') }}
    where is_latest
)

select
    head_rows.dataset,
    policies.task,
    head_rows.feature_id,
    case
        when head_rows.label is not null then null
        when policies.kind = 'mask' and head_rows.outcome = 'tie' and head_rows.confidence is null then 'size_mismatch'
        when head_rows.outcome = 'tie' then 'tie'
        when head_rows.n_labels < policies.min_labels then 'no_quorum'
        when policies.min_margin > 0 and head_rows.confidence >= policies.min_agreement then 'low_margin'
        else 'low_agreement'
    end as reason,
    head_rows.label_distribution,
    head_rows.leaf_node_ids,
    head_rows.label is not null as has_label
from head_rows
inner join policies on head_rows.dataset = policies.dataset
