{#-
  CTEs of a recursive query. A stretch is a way down without a merge or a fork, as nearly all are; it has
  the number of its first node. Walked from stretch to stretch, long chains cost no more than short ones.

  - `linked`: every node with a link, with its number, `n_parents` and `n_children`
  - `links`: `child` and `parent` as numbers, and whether the link is within a stretch
  - `stretches`: the stretch of each `node` and its `place` there, from 0. Not in it: rings that nothing
    leads into or out of, for they have no first node.

  Nodes are numbered, because numbers are joined several times as fast as ids and keys.
-#}
{% macro stretches(edges, keys, made=[]) %}
    ends as (
        select child_id as node_id, {{ keys | join(', ') }}, 1 as is_child from {{ edges }} as edges
        union all
        select parent_id as node_id, {{ keys | join(', ') }}, 0 as is_child from {{ edges }} as edges
    ),

    -- Materialized, for worked out anew the numbers would be others.
    {% call label_lineage.walk_step_as('linked', made, materialized=true) %}
        select
            node_id,
            {{ keys | join(', ') }},
            row_number() over () as node,
            sum(is_child) as n_parents,
            count(*) - sum(is_child) as n_children
        from ends
        group by node_id, {{ keys | join(', ') }}
    {% endcall %},

    -- One end after the other: of both at once Postgres would pair all nodes that agree in the keys.
    numbered_children as materialized (
        select linked.node as child, linked.n_parents, edges.parent_id, edges.{{ keys | join(', edges.') }}
        from {{ edges }} as edges
        inner join linked on edges.child_id = linked.node_id and {{ label_lineage.same('edges', 'linked', keys) }}
    ),

    {% call label_lineage.walk_step_as('links', made) %}
        select
            children.child,
            linked.node as parent,
            children.n_parents = 1 and linked.n_children = 1 as is_within
        from numbered_children as children
        inner join linked on children.parent_id = linked.node_id and {{ label_lineage.same('children', 'linked', keys) }}
    {% endcall %},

    -- Most stretches are one link long at most. What is further down is walked, and a walk must have its links in memory.
    further_links as materialized (
        select links.child, links.parent
        from links
        inner join links as above on links.parent = above.child
        where links.is_within and above.is_within
    ),

    {% call label_lineage.walk_step_as('stretches', made) %}
        select linked.node, coalesce(links.parent, linked.node) as stretch, case when links.parent is null then 0 else 1 end as place
        from linked
        left join links on linked.node = links.child and links.is_within
        left join further_links on linked.node = further_links.child
        where further_links.child is null
        union all
        select further_links.child as node, walk.stretch, walk.place + 1 as place
        from stretches as walk
        inner join further_links on walk.node = further_links.parent {{ label_lineage.looked_up('further_links.child', 'further_links.parent') }}
    {% endcall %}
{%- endmacro %}
