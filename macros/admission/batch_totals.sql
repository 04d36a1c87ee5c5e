{#- Nodes, parent links and the sums of both halves of the content hash, for each batch of ledger rows. -#}
{% macro batch_totals(ledger) %}
select
    batch,
    count(*) as n_nodes,
    cast(sum({{ label_lineage.list_size('parent_ids') }}) as {{ dbt.type_bigint() }}) as n_links,
    cast(sum({{ label_lineage.checksum_part('content_hash', 1, 'node_id') }}) as decimal(38, 0)) as checksum_high,
    cast(sum({{ label_lineage.checksum_part('content_hash', 16, 'node_id') }}) as decimal(38, 0)) as checksum_low
from {{ ledger }}
group by batch
{%- endmacro %}
