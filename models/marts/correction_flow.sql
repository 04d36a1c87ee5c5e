with corrections as (
    select
        children.task,
        {{ label_lineage.comparable_label('parents.label', 'parents.task') }} as from_label,
        {{ label_lineage.comparable_label('children.label', 'children.task') }} as to_label,
        {{ label_lineage.date_text('edges.effective_at', 'month') }} as month,
        -- Cut first, because some adapters would round them to milliseconds.
        {{ dbt.datediff(
            dbt.date_trunc('second', 'parents.effective_at'),
            dbt.date_trunc('second', 'children.effective_at'),
            'second'
        ) }} as seconds
    from {{ ref('label_edges') }} as edges
    inner join {{ ref('label_nodes') }} as parents on edges.parent_id = parents.node_id
    inner join {{ ref('label_nodes') }} as children on edges.child_id = children.node_id
    where edges.status = 'effective'
        and parents.label is not null
),

-- The median by hand, because engines disagree about theirs: the mean of the middle one or two.
placed as (
    select
        *,
        row_number() over (partition by task, from_label, to_label, month order by seconds) as place,
        count(*) over (partition by task, from_label, to_label, month) as n_corrections
    from corrections
    where to_label is null or to_label <> from_label
),

middle as (
    select
        task,
        from_label,
        to_label,
        month,
        max(n_corrections) as n_corrections,
        count(*) as n_middle,
        sum(seconds) as seconds
    from placed
    where 2 * place between n_corrections and n_corrections + 2
    group by task, from_label, to_label, month
)

select
    task,
    from_label,
    to_label,
    month,
    n_corrections,
    -- Half away from zero; it is below zero where the parent came after its child.
    case when seconds < 0 then -1 else 1 end * {{ label_lineage.divide_rounded('abs(seconds)', '(86400 * n_middle)', 2) }} as median_days_to_correction
from middle
