with overturned as (
    {{ label_lineage.overturned_labels(ref('int_ledger'), ref('int_ledger_edges')) }}
),

-- Where several datasets read a task, the first by name is the judge.
judges as (
    select task, min({{ label_lineage.text_order('dataset') }}) as dataset from {{ ref('int_datasets') }}
    group by task
),

decided as (
    select judges.task, head_rows.feature_id, head_rows.label
    from {{ ref('int_head_rows') }} as head_rows
    inner join judges on head_rows.dataset = judges.dataset
    where head_rows.label is not null
),

counted as (
    select
        nodes.annotator_id,
        nodes.task,
        {{ label_lineage.date_text('nodes.effective_at', 'month') }} as month,
        count(*) as n_labels,
        count(overturned.node_id) as n_overturned,
        count(decided.label) as n_judged,
        count(case when decided.label = {{ label_lineage.comparable_label('nodes.label', 'nodes.task') }} then 1 end) as n_agreeing
    from {{ ref('int_ledger') }} as nodes
    left join overturned on nodes.node_id = overturned.node_id
    left join decided on nodes.task = decided.task and nodes.feature_id = decided.feature_id
    where nodes.label is not null
        and nodes.annotator_id is not null
    group by nodes.annotator_id, nodes.task, {{ label_lineage.date_text('nodes.effective_at', 'month') }}
)

select
    annotator_id,
    task,
    month,
    n_labels,
    n_overturned,
    {{ label_lineage.share('n_overturned', 'n_labels') }} as overturn_rate,
    n_judged,
    {{ label_lineage.share('n_agreeing', 'n_judged') }} as agreement,
    -- Laplace's rule of succession: who was judged once is not yet perfect or hopeless.
    {{ label_lineage.share('(n_agreeing + 1)', '(n_judged + 2)') }} as reliability
from counted
