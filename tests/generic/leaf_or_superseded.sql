{#-
  Every node of the ledger is here, and is either a leaf or superseded, as its edges say: no child and
  no end, or ended by its first child. (A parent that came after its child ends as it begins.)
-#}
{% test leaf_or_superseded(model, ledger, edges) %}

with label_nodes as (
    select * from {{ model }}
),

first_children as (
    select parent_id, min(effective_at) as first_child_at
    from {{ edges }}
    where status = 'effective'
    group by parent_id
),

judged as (
    select
        ledger.node_id,
        ledger.feature_id,
        label_nodes.is_leaf,
        label_nodes.superseded_at,
        case
            when first_children.first_child_at < ledger.effective_at then ledger.effective_at
            else first_children.first_child_at
        end as ends_at,
        case
            when label_nodes.node_id is null then 'is in the ledger only'
            when ledger.node_id is null then 'is not in the ledger'
            when label_nodes.is_leaf and label_nodes.superseded_at is not null then 'is a leaf and superseded'
            when not label_nodes.is_leaf and label_nodes.superseded_at is null then 'is neither a leaf nor superseded'
        end as problem
    from label_nodes
    full outer join {{ ledger }} as ledger on label_nodes.node_id = ledger.node_id
    left join first_children on ledger.node_id = first_children.parent_id
)

select
    {{ label_lineage.literal(model) }} as table_name,
    node_id,
    feature_id,
    coalesce(problem, 'is a leaf or superseded against its edges') as problem
from judged
where problem is not null
    or is_leaf <> (ends_at is null)
    or superseded_at <> ends_at

{% endtest %}
