{#-
  CTEs of a recursive query. A stretch is a way down without a merge or a fork, as nearly all are; it has
  the number of its first node. Walked from stretch to stretch, long chains cost no more than short ones.

  - `linked`: every node with a link, with its number, `n_parents` and `n_children`
  - `links`: `child` and `parent` as numbers, and whether the link is within a stretch
  - `stretches`: the stretch of each `node` and its `place` there, from 0. Not in it: rings that nothing
    leads into or out of, for they have no first node.

  Nodes are numbered, because numbers are joined several times as fast as ids and keys.
-#}
{% macro stretches(edges, keys) %}
    ends as (
        select child_id as node_id, {{ keys | join(', ') }}, 1 as is_child from {{ edges }} as edges
        union all
        select parent_id as node_id, {{ keys | join(', ') }}, 0 as is_child from {{ edges }} as edges
    ),

    -- Materialized, for worked out anew the numbers would be others.
    linked as materialized (
        select
            node_id,
            {{ keys | join(', ') }},
            row_number() over () as node,
            sum(is_child) as n_parents,
            count(*) - sum(is_child) as n_children
        from ends
        group by node_id, {{ keys | join(', ') }}
    ),

    -- One end after the other: of both at once Postgres would pair all nodes that agree in the keys.
    numbered_children as materialized (
        select linked.node as child, linked.n_parents, edges.parent_id, edges.{{ keys | join(', edges.') }}
        from {{ edges }} as edges
        inner join linked on edges.child_id = linked.node_id and {{ label_lineage.same('edges', 'linked', keys) }}
    ),

    links as (
        select
            children.child,
            linked.node as parent,
            children.n_parents = 1 and linked.n_children = 1 as is_within
        from numbered_children as children
        inner join linked on children.parent_id = linked.node_id and {{ label_lineage.same('children', 'linked', keys) }}
    ),

    stretches as (
        select linked.node, linked.node as stretch, 0 as place
        from linked
        left join links on linked.node = links.child and links.is_within
        where links.child is null
        union all
        select links.child as node, walk.stretch, walk.place + 1 as place
        from stretches as walk
        inner join links on walk.node = links.parent and links.is_within {{ label_lineage.looked_up('links.child', 'links.parent') }}
    )
{%- endmacro %}
