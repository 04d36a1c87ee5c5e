with ledger as (
    select * from {{ ref('int_ledger') }}
),

children as (
    select * from {{ ref('int_children') }}
),

lineage as (
    select * from {{ ref('int_lineage') }}
),

redacted_features as (
    select distinct feature_id from {{ ref('int_redactions') }}
)

select
    ledger.node_id,
    ledger.feature_id,
    ledger.task,
    ledger.label,
    ledger.annotator_id,
    ledger.created_at,
    ledger.recorded_at,
    ledger.effective_at,
    -- A parent that came after its child is superseded from its first instant.
    case when children.first_child_at < ledger.effective_at then ledger.effective_at else children.first_child_at end as superseded_at,
    {{ label_lineage.list_size('ledger.parent_ids') }} = 0 as is_root,
    children.parent_id is null as is_leaf,
    {{ label_lineage.list_size('ledger.parent_ids') }} as n_parents,
    cast(coalesce(children.n_children, 0) as {{ dbt.type_bigint() }}) as n_children,
    ledger.parent_ids,
    coalesce(children.child_ids, {{ label_lineage.empty_list() }}) as child_ids,
    cast(coalesce(lineage.depth, 0) as {{ dbt.type_int() }}) as depth,
    coalesce(lineage.root_ids, {{ label_lineage.list_of('ledger.node_id') }}) as root_ids,
    cast(coalesce(
        lineage.human_attention,
        case when ledger.annotator_id is null or ledger.is_model then 0 else 1 end
    ) as {{ dbt.type_bigint() }}) as human_attention,
    ledger.source,
    ledger.attributes,
    redacted_features.feature_id is not null as is_redacted
from ledger
left join children
    on ledger.node_id = children.parent_id
    and ledger.feature_id = children.feature_id
    and ledger.task = children.task
left join lineage on ledger.node_id = lineage.node_id
left join redacted_features on ledger.feature_id = redacted_features.feature_id
