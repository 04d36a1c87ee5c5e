{#-
  For every child in `edges`: depth (links on the longest way down from a root), the ids of its roots,
  and how many different people had a hand in it or its ancestors. Three walks over the same edges,
  each keeping only distinct pairs, so a diamond is not walked once per path. A parent that has not
  arrived is walked from as a root. Bounded by admission, which lets no cycle in. Walks are kept apart
  by `keys`: an edge to another feature or task has no effect.
-#}
{% macro walk_lineage(edges, nodes, keys=['feature_id', 'task']) %}
    {{- adapter.dispatch('walk_lineage', 'label_lineage')(edges, nodes, keys) -}}
{% endmacro %}


{% macro default__walk_lineage(edges, nodes, keys) %}
    {#- A node has one feature and task, so only further keys split its result. -#}
    {%- set per_node = ['node_id'] + keys | reject('in', ['feature_id', 'task']) | list %}
    with recursive links as (
        select * from {{ edges }}
    ),

    roots as (
        select distinct links.parent_id as node_id, links.{{ keys | join(', links.') }}
        from links
        left join links as above
            on links.parent_id = above.child_id and {{ label_lineage.same('links', 'above', keys) }}
        where above.child_id is null
    ),

    depths as (
        select node_id, {{ keys | join(', ') }}, 0 as depth from roots
        union
        {{ label_lineage.walk_step('depths', 'walk.depth + 1', keys) }}
    ),

    root_pairs as (
        select node_id, {{ keys | join(', ') }}, node_id as root_id from roots
        union
        {{ label_lineage.walk_step('root_pairs', 'walk.root_id', keys) }}
    ),

    hands as (
        select nodes.node_id, nodes.{{ keys | join(', nodes.') }}, nodes.annotator_id
        from {{ nodes }} as nodes
        inner join (
            select child_id as node_id from links
            union
            select parent_id as node_id from links
        ) as linked on nodes.node_id = linked.node_id
        where nodes.annotator_id is not null and not nodes.is_model
        union
        {{ label_lineage.walk_step('hands', 'walk.annotator_id', keys) }}
    ),

    max_depths as (
        select node_id, {{ keys | join(', ') }}, max(depth) as depth from depths
        where depth > 0
        group by node_id, {{ keys | join(', ') }}
    ),

    root_lists as (
        -- A root is its own root where another feature names it as a parent, too; its children never are.
        select {{ per_node | join(', ') }}, {{ label_lineage.list_agg('root_id') }} as root_ids from root_pairs
        where node_id <> root_id
        group by {{ per_node | join(', ') }}
    ),

    hand_counts as (
        select {{ per_node | join(', ') }}, count(*) as human_attention from hands
        group by {{ per_node | join(', ') }}
    )

    select
        max_depths.{{ per_node | join(',\n        max_depths.') }},
        max_depths.depth,
        coalesce(hand_counts.human_attention, 0) as human_attention,
        root_lists.root_ids
    from max_depths
    left join root_lists on {{ label_lineage.same('max_depths', 'root_lists', per_node) }}
    left join hand_counts on {{ label_lineage.same('max_depths', 'hand_counts', per_node) }}
{% endmacro %}


{#- One step down of a walk: everything the parent has, its children have. -#}
{% macro walk_step(walk, carried, keys) %}
        select links.child_id as node_id, links.{{ keys | join(', links.') }}, {{ carried }}
        from {{ walk }} as walk
        inner join links
            on walk.node_id = links.parent_id and {{ label_lineage.same('walk', 'links', keys) }}
{%- endmacro %}


{#- A join condition: both sides agree in all of the columns. -#}
{% macro same(one, other, columns) -%}
    {% for column in columns %}{{ one }}.{{ column }} = {{ other }}.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
{%- endmacro %}
