{#- Nodes, parent links and the sums of both halves of the content hash, for each batch of ledger rows. -#}
{% macro batch_totals(ledger) %}
    select
        batch,
        count(*) as n_nodes,
        cast(sum({{ label_lineage.list_size('parent_ids') }}) as {{ dbt.type_bigint() }}) as n_links,
        cast(sum({{ label_lineage.checksum_part('content_hash', 1, 'node_id') }}) as decimal(29, 0)) as checksum_high,
        cast(sum({{ label_lineage.checksum_part('content_hash', 16, 'node_id') }}) as decimal(29, 0)) as checksum_low
    from {{ ledger }}
    group by batch
{%- endmacro %}


{#- Batches of the ledger that do not hold what was admitted with them. -#}
{% macro incomplete_batches() %}
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
{% endmacro %}
