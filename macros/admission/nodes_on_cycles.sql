{#-
  The nodes that lie on a cycle of `links` (feature_id, task, child_id, parent_id), as `node_id`.

  First everything that cannot be on a cycle is peeled away: nodes whose ancestors all end in roots,
  then nodes whose descendants all end in leaves. A walk that goes deeper than its feature has links
  is going round, so each walk is bounded and ends. What stays is cycles and the paths between them.
  Where each node left has one parent and one child left, all of it is cycles; only where cycles
  branch is it worth asking every node whether it reaches itself.
-#}
{% macro nodes_on_cycles(links) %}
    {{- adapter.dispatch('nodes_on_cycles', 'label_lineage')(links) -}}
{% endmacro %}


{% macro default__nodes_on_cycles(links) %}
    with recursive links as (
        select distinct feature_id, task, child_id, parent_id from {{ links }}
    ),

    bounds as (
        select feature_id, task, count(*) as n_links from links group by feature_id, task
    ),

    from_roots as (
        {{ label_lineage.peel('from_roots', 'links', 'parent_id', 'child_id') }}
    ),

    peeled_from_roots as (
        {{ label_lineage.peeled('from_roots') }}
    ),

    rootless as (
        {{ label_lineage.not_peeled('links', 'peeled_from_roots') }}
    ),

    from_leaves as (
        {{ label_lineage.peel('from_leaves', 'rootless', 'child_id', 'parent_id') }}
    ),

    peeled_from_leaves as (
        {{ label_lineage.peeled('from_leaves') }}
    ),

    core as (
        {{ label_lineage.not_peeled('rootless', 'peeled_from_leaves') }}
    ),

    n_parents as (select child_id as node_id, count(*) as n_links from core group by child_id),

    n_children as (select parent_id as node_id, count(*) as n_links from core group by parent_id),

    branching as (
        select distinct core.feature_id, core.task
        from core
        left join n_parents on core.child_id = n_parents.node_id
        left join n_children on core.parent_id = n_children.node_id
        where n_parents.n_links > 1 or n_children.n_links > 1
    ),

    branching_links as (
        select core.* from core
        inner join branching on core.feature_id = branching.feature_id and core.task = branching.task
    ),

    reach as (
        select parent_id as start_id, child_id as node_id from branching_links
        union
        select reach.start_id, branching_links.child_id as node_id
        from reach
        inner join branching_links on reach.node_id = branching_links.parent_id
    )

    select node_id from reach where start_id = node_id
    union
    select core.child_id as node_id
    from core
    left join branching on core.feature_id = branching.feature_id and core.task = branching.task
    where branching.feature_id is null
{% endmacro %}


{#-
  Walk from the nodes without a link on one side: (node, depth) pairs. A path without a cycle is no
  longer than its feature has links; walking twice as far takes every node on or behind a cycle
  beyond that length, which is how not_peeled tells them apart.
-#}
{% macro peel(walk, links, near, far) %}
    select distinct start.feature_id, start.task, start.{{ near }} as node_id, 0 as depth
    from {{ links }} as start
    left join {{ links }} as other on start.{{ near }} = other.{{ far }}
    where other.{{ far }} is null
    union
    select walk.feature_id, walk.task, step.{{ far }} as node_id, walk.depth + 1 as depth
    from {{ walk }} as walk
    inner join {{ links }} as step on walk.node_id = step.{{ near }}
    inner join bounds on walk.feature_id = bounds.feature_id and walk.task = bounds.task
    where walk.depth < 2 * bounds.n_links
{% endmacro %}


{#- The nodes that a walk reached, and whose every path is shorter than its feature has links. -#}
{% macro peeled(walk) %}
    select walk.node_id
    from {{ walk }} as walk
    inner join bounds on walk.feature_id = bounds.feature_id and walk.task = bounds.task
    group by walk.node_id, bounds.n_links
    having max(walk.depth) <= bounds.n_links
{% endmacro %}


{#- The links between two nodes that were not peeled away. -#}
{% macro not_peeled(links, peeled) %}
    select links.feature_id, links.task, links.child_id, links.parent_id
    from {{ links }} as links
    left join {{ peeled }} as child on links.child_id = child.node_id
    left join {{ peeled }} as parent on links.parent_id = parent.node_id
    where child.node_id is null and parent.node_id is null
{% endmacro %}
