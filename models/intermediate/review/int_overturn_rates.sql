-- How often labels of an annotator, and labels that say the same, were overturned so far.
{{ config(materialized='view') }}

with nodes as (
    select * from {{ ref('int_ledger') }}
    where label is not null
),

overturned as (
    select distinct nodes.node_id
    from nodes
    inner join {{ ref('int_ledger_edges') }} as edges
        on nodes.node_id = edges.parent_id
        and nodes.feature_id = edges.feature_id
        and nodes.task = edges.task
    inner join {{ ref('int_ledger') }} as children on edges.child_id = children.node_id
    where children.label is null or children.label <> nodes.label
),

subjects as (
    select nodes.task, 'annotator' as subject, nodes.annotator_id as name, nodes.node_id from nodes
    where nodes.annotator_id is not null
    union all
    select nodes.task, 'label' as subject, nodes.label as name, nodes.node_id from nodes
),

counted as (
    select
        subjects.task,
        subjects.subject,
        subjects.name,
        count(*) as n_labels,
        count(overturned.node_id) as n_overturned
    from subjects
    left join overturned on subjects.node_id = overturned.node_id
    group by subjects.task, subjects.subject, subjects.name
)

select
    task,
    subject,
    name,
    n_labels,
    n_overturned,
    -- Laplace's rule of succession: who was never overturned in two labels is not yet sure.
    cast(1000 * {{ label_lineage.divide_rounded('(n_overturned + 1)', '(n_labels + 2)', 3) }} as {{ dbt.type_bigint() }}) as permille
from counted
