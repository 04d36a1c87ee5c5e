{#- What a run writes of a node beside its links: what the label says, when it was admitted and counts from, and whether a program gave it. -#}
{% macro admission_hash() %}
    {%- set columns = ['content_hash', "case when is_model then '1' else '0' end"] -%}
    {%- for instant in ['admitted_at', 'effective_at'] -%}
        {%- do columns.append('cast(' ~ label_lineage.epoch_microseconds(instant) ~ ' as ' ~ dbt.type_string() ~ ')') -%}
    {%- endfor -%}
    {{- label_lineage.hash_columns(columns) -}}
{% endmacro %}


{#- Nodes, parent links and the sums of both halves of the admission hash, for each batch of ledger rows. -#}
{% macro batch_totals(ledger) %}
    select
        batch,
        count(*) as n_nodes,
        cast(sum({{ label_lineage.list_size('parent_ids') }}) as {{ dbt.type_bigint() }}) as n_links,
        cast(sum({{ label_lineage.checksum_part('admission_hash', 1, 'node_id') }}) as {{ label_lineage.type_decimal(29, 0) }}) as checksum_high,
        cast(sum({{ label_lineage.checksum_part('admission_hash', 16, 'node_id') }}) as {{ label_lineage.type_decimal(29, 0) }}) as checksum_low
    from (
        select batch, node_id, parent_ids, {{ label_lineage.admission_hash() }} as admission_hash
        from {{ ledger }}
    ) as hashed
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
        'int_ledger, int_ledger_batches' as table_name,
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


{#- The edges are the parents that the ledger's nodes name, no more and no fewer, effective when the child is. -#}
{% macro edges_against_ledger() %}
    with ledger as (
        select * from {{ ref('int_ledger') }}
    ),

    named as (
        {{ label_lineage.unnest_list('ledger', 'parent_ids', ['node_id', 'feature_id', 'task', 'batch', 'effective_at']) }}
    )

    select
        'int_ledger_edges' as table_name,
        coalesce(named.node_id, edges.child_id) as child_id,
        coalesce(named.item, edges.parent_id) as parent_id,
        coalesce(named.feature_id, edges.feature_id) as feature_id,
        case
            when named.node_id is null then 'no node of the ledger has this edge'
            when edges.child_id is null then 'the edge of this node is missing'
            else 'the edge belongs elsewhere, or to another instant, than its child'
        end as problem
    from named
    full outer join {{ ref('int_ledger_edges') }} as edges
        on named.node_id = edges.child_id and named.item = edges.parent_id
    where named.node_id is null
        or edges.child_id is null
        or named.feature_id <> edges.feature_id
        or named.task <> edges.task
        or named.batch <> edges.batch
        or named.effective_at <> edges.effective_at
{% endmacro %}


{#-
  Labels that differ from the others of their batch in what a run sets for all alike: the instant of
  admission, and whether an annotator is a program. Those that most have are taken as right. And labels of a
  batch that no run wrote.
-#}
{% macro labels_apart_from_their_batch() %}
    with instants as (
        select
            batch,
            admitted_at,
            row_number() over (partition by batch order by count(*) desc, admitted_at) as place
        from {{ ref('int_ledger') }} as ledger
        group by batch, admitted_at
    ),

    annotators as (
        select
            batch,
            annotator_id,
            is_model,
            row_number() over (partition by batch, annotator_id order by count(*) desc, is_model) as place
        from {{ ref('int_ledger') }} as ledger
        group by batch, annotator_id, is_model
    )

    select
        'int_ledger' as table_name,
        ledger.task,
        ledger.feature_id,
        ledger.node_id,
        ledger.batch,
        ledger.annotator_id,
        ledger.is_model,
        ledger.admitted_at
    from {{ ref('int_ledger') }} as ledger
    inner join instants on ledger.batch = instants.batch and ledger.admitted_at = instants.admitted_at
    left join annotators
        on ledger.batch = annotators.batch
        and ledger.annotator_id = annotators.annotator_id
        and ledger.is_model = annotators.is_model
    left join {{ ref('int_ledger_batches') }} as batches on ledger.batch = batches.batch
    where instants.place > 1
        or annotators.place > 1
        or batches.batch is null
{% endmacro %}
