-- Every label that a frozen row was made from is still in the ledger, under the row's feature and task.
with frozen_rows as (
    select * from {{ ref('int_freeze_log') }}
    where entry = 'row'
),

leaves as (
    {{ label_lineage.unnest_list('frozen_rows', 'leaf_node_ids', ['dataset', 'version', 'task', 'feature_id']) }}
)

select
    'int_ledger' as table_name,
    leaves.dataset,
    leaves.version,
    leaves.feature_id,
    leaves.item as missing_node_id
from leaves
left join {{ ref('int_ledger') }} as ledger
    on leaves.item = ledger.node_id
    and leaves.feature_id = ledger.feature_id
    and leaves.task = ledger.task
where ledger.node_id is null
