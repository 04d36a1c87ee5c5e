{#-
  Nodes that lie on a cycle of `links`, or on a way from one cycle to another, as (feature_id, task,
  node_id). Nothing else can be on a cycle, and there are few of them or none.
-#}
{% macro nodes_between_cycles(links) %}
    {{- adapter.dispatch('nodes_between_cycles', 'label_lineage')(links) -}}
{% endmacro %}


{#-
  They are those with a way up and a way down that never end. Looks at ways of exactly 1, 2, 4, 8, ...
  links: what is not near a cycle has none of the longer ones, so the cost falls from round to round.
-#}
{% macro default__nodes_between_cycles(links) %}
    {%- set rounds = label_lineage.rounds_through(links) -%}
    with ways_0 as (
        select distinct feature_id, task, child_id as low_id, parent_id as high_id from {{ links }}
    ),

    {%- for number in range(rounds) %}
    {{ label_lineage.ways_twice_as_long('ways_' ~ number, 'ways_' ~ (number + 1)) }},
    {%- endfor %}

    ends as (
        select distinct feature_id, task, side, case when side = 'low' then low_id else high_id end as node_id
        from ways_{{ rounds }}
        cross join (select 'low' as side union all select 'high' as side) as sides
    )

    select feature_id, task, node_id from ends
    group by feature_id, task, node_id
    having count(*) = 2
{% endmacro %}


{#-
  Everything that cannot be on a cycle is peeled away: nodes whose ancestors all end in roots, then
  nodes whose descendants all end in leaves. A walk that goes deeper than its feature has links is going
  round, so each walk is bounded and ends. Quicker than rounds where recursion has no limit.
-#}
{% macro duckdb__nodes_between_cycles(links) %}
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
    )

    select feature_id, task, child_id as node_id from core
    union distinct
    select feature_id, task, parent_id as node_id from core
{% endmacro %}


{% macro postgres__nodes_between_cycles(links) %}
    {{- label_lineage.duckdb__nodes_between_cycles(links) -}}
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
    union distinct
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


{#-
  Of the nodes on or between cycles of `links`, those on one, as `node_id`. Where each of them has one
  parent and one child, all of it is cycles; only where cycles branch is every node asked whether it
  reaches itself.
-#}
{% macro nodes_on_cycles(links, between) %}
    with core as (
        select distinct links.feature_id, links.task, links.child_id, links.parent_id
        from {{ links }} as links
        inner join {{ between }} as children on links.child_id = children.node_id
        inner join {{ between }} as parents on links.parent_id = parents.node_id
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

    self_reaching as (
        {{ label_lineage.self_reaching('branching_links', between) }}
    )

    select node_id from self_reaching
    union distinct
    select core.child_id as node_id
    from core
    left join branching on core.feature_id = branching.feature_id and core.task = branching.task
    where branching.feature_id is null
{% endmacro %}


{#- The nodes of `links` that a way leads back to; `between` is a table of all that any way can visit. -#}
{% macro self_reaching(links, between) %}
    {{- adapter.dispatch('self_reaching', 'label_lineage')(links, between) -}}
{% endmacro %}


{% macro default__self_reaching(links, between) %}
    {%- set rounds = label_lineage.rounds_among(between) -%}
    with ways_0 as (
        select feature_id, task, child_id as low_id, parent_id as high_id from {{ links }}
    ),

    {%- for number in range(rounds) %}
    {{ label_lineage.ways_twice_as_long('ways_' ~ number, 'ways_' ~ (number + 1), and_shorter=true) }},
    {%- endfor %}

    longest as (
        select low_id, high_id from ways_{{ rounds }}
    )

    select distinct low_id as node_id from longest
    where low_id = high_id
{% endmacro %}


{% macro duckdb__self_reaching(links, between) %}
    with recursive reach as (
        select parent_id as start_id, child_id as node_id from {{ links }}
        union distinct
        select reach.start_id, links.child_id as node_id
        from reach
        inner join {{ links }} as links on reach.node_id = links.parent_id
    )

    select distinct node_id from reach
    where start_id = node_id
{% endmacro %}


{% macro postgres__self_reaching(links, between) %}
    {{- label_lineage.duckdb__self_reaching(links, between) -}}
{% endmacro %}


{#-
  CTEs that put ways (low_id, high_id) together, each with each at the node where one ends and the other
  begins. `and_shorter` keeps the ways as they were, too: a way on to the node itself has no links. Reads
  what it doubles once, because engines work out a CTE anew for each place that names it.
-#}
{% macro ways_twice_as_long(ways, longer, and_shorter=false) %}
    {{ ways }}_met as (
        select
            feature_id,
            task,
            case when side = 'low' then low_id else high_id end as met_id,
            {{ label_lineage.list_agg("distinct case when side = 'high' then low_id end") }} as low_ids,
            {{ label_lineage.list_agg("distinct case when side = 'low' then 'to ' || high_id" ~ (" else 'here'" if and_shorter else '') ~ " end") }} as onwards
        from {{ ways }}
        cross join (select 'low' as side union all select 'high' as side) as sides
        group by feature_id, task, case when side = 'low' then low_id else high_id end
    ),

    {{ ways }}_up as (
        {{ label_lineage.unnest_list(ways ~ '_met', 'onwards', ['feature_id', 'task', 'met_id', 'low_ids']) }}
    ),

    {{ ways }}_through as (
        {{ label_lineage.unnest_list('(select feature_id, task, met_id, low_ids, item as onward from ' ~ ways ~ '_up) as up', 'low_ids', ['feature_id', 'task', 'met_id', 'onward']) }}
    ),

    {{ longer }} as (
        select feature_id, task, item as low_id, case when onward = 'here' then met_id else substr(onward, 4) end as high_id
        from {{ ways }}_through
    )
{%- endmacro %}
