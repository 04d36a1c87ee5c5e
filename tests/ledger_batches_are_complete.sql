-- Every batch of the ledger still holds the nodes that were admitted with it, no more and no fewer.
with found as (
    {{ label_lineage.batch_totals(ref('int_ledger')) }}
),

admitted as (
    select * from {{ ref('int_ledger_batches') }}
)

select
    'int_ledger' as table_name,
    coalesce(admitted.batch, found.batch) as batch,
    admitted.n_nodes as n_nodes_admitted,
    found.n_nodes as n_nodes_found
from admitted
full outer join found on admitted.batch = found.batch
where admitted.batch is null
    or found.batch is null
    or admitted.n_nodes <> found.n_nodes
    or admitted.n_links <> found.n_links
    or admitted.checksum_high <> found.checksum_high
    or admitted.checksum_low <> found.checksum_low
