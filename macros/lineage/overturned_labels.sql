{#-
  Labels that a child retracts or contradicts: node_id, task, annotator_id, label and batch, that in which the label and the
  first such child are both there, so each is overturned once. After `known_batch` only those whose link or parent
  is new are looked at, and the ends of their links are found in one look at the ledger.
-#}
{% macro overturned_labels(ledger, edges, known_batch=none) %}
    {%- set nodes = ledger if known_batch is none else 'linked_nodes' %}
    {%- if known_batch is not none %}
    with touched as (
        select parent_id from {{ edges }}
        where batch > {{ known_batch }}
        union distinct
        select edges.parent_id from {{ edges }} as edges
        inner join {{ ledger }} as ledger on edges.parent_id = ledger.node_id
        where ledger.batch > {{ known_batch }}
    ),

    links as (
        select edges.* from {{ edges }} as edges
        inner join touched on edges.parent_id = touched.parent_id
    ),

    linked_nodes as (
        select ledger.* from {{ ledger }} as ledger
        inner join (
            select parent_id as node_id from links
            union distinct
            select child_id as node_id from links
        ) as ends on ledger.node_id = ends.node_id
    )
    {%- endif %}

    select parents.node_id, parents.task, parents.annotator_id, parents.label, min(greatest(parents.batch, links.batch)) as batch
    from {{ edges ~ ' as links' if known_batch is none else 'links' }}
    inner join {{ nodes }} as parents
        on links.parent_id = parents.node_id
        and links.feature_id = parents.feature_id
        and links.task = parents.task
    inner join {{ nodes }} as children on links.child_id = children.node_id
    where parents.label is not null
        and {{ label_lineage.is_overturned('parents', 'children') }}
    group by parents.node_id, parents.task, parents.annotator_id, parents.label
{% endmacro %}


{#- Whether a child overturns its parent's label: it retracts it or says something else. -#}
{% macro is_overturned(parent, child) -%}
    (
        {{ child }}.label is null
        or {{ label_lineage.comparable_label(child ~ '.label', child ~ '.task') }} <> {{ label_lineage.comparable_label(parent ~ '.label', parent ~ '.task') }}
    )
{%- endmacro %}
