{#-
  For every child in `edges`: depth (links on the longest way down from a root), the ids of its roots,
  and how many different people had a hand in it or its ancestors. Three walks over the same edges,
  each keeping only distinct pairs, so a diamond is not walked once per path. A parent that has not
  arrived is walked from as a root. Bounded by admission, which lets no cycle in.
-#}
{% macro walk_lineage(edges, nodes) %}
    {{- adapter.dispatch('walk_lineage', 'label_lineage')(edges, nodes) -}}
{% endmacro %}


{% macro default__walk_lineage(edges, nodes) %}
    with recursive links as (
        select * from {{ edges }}
    ),

    roots as (
        select distinct links.parent_id as node_id, links.feature_id, links.task
        from links
        left join links as above
            on links.parent_id = above.child_id and links.feature_id = above.feature_id and links.task = above.task
        where above.child_id is null
    ),

    depths as (
        select node_id, feature_id, task, 0 as depth from roots
        union
        {{ label_lineage.walk_step('depths', 'walk.depth + 1') }}
    ),

    root_pairs as (
        select node_id, feature_id, task, node_id as root_id from roots
        union
        {{ label_lineage.walk_step('root_pairs', 'walk.root_id') }}
    ),

    hands as (
        select nodes.node_id, nodes.feature_id, nodes.task, nodes.annotator_id
        from {{ nodes }} as nodes
        inner join (
            select child_id as node_id from links
            union
            select parent_id as node_id from links
        ) as linked on nodes.node_id = linked.node_id
        where nodes.annotator_id is not null and not nodes.is_model
        union
        {{ label_lineage.walk_step('hands', 'walk.annotator_id') }}
    ),

    max_depths as (
        select node_id, feature_id, task, max(depth) as depth from depths where depth > 0 group by node_id, feature_id, task
    ),

    root_lists as (
        -- A root is its own root where another feature names it as a parent, too; its children never are.
        select node_id, {{ label_lineage.list_agg('root_id') }} as root_ids from root_pairs
        where node_id <> root_id
        group by node_id
    ),

    hand_counts as (
        select node_id, count(*) as human_attention from hands group by node_id
    )

    select
        max_depths.node_id,
        max_depths.depth,
        coalesce(hand_counts.human_attention, 0) as human_attention,
        root_lists.root_ids
    from max_depths
    left join root_lists on max_depths.node_id = root_lists.node_id
    left join hand_counts on max_depths.node_id = hand_counts.node_id
{% endmacro %}


{#- One step down of a walk: everything the parent has, its children have. -#}
{% macro walk_step(walk, carried) %}
        select links.child_id as node_id, links.feature_id, links.task, {{ carried }}
        from {{ walk }} as walk
        inner join links
            on walk.node_id = links.parent_id and walk.feature_id = links.feature_id and walk.task = links.task
{%- endmacro %}
