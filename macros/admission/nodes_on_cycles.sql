{#-
  Nodes of `links` that may lie on a cycle, as (feature_id, task, node_id, stretch_id): what is left once
  ways are taken away that surely come to an end. There are few of them or none. Nodes of one stretch
  are on cycles all or none; without a stretch they are on one.
-#}
{% macro knotted_nodes(links) %}
    {{- adapter.dispatch('knotted_nodes', 'label_lineage')(links) -}}
{% endmacro %}


{#-
  Those with a way up and a way down that never end: nodes on a cycle, and on a way from one to another.
  Looks at ways of exactly 1, 2, 4, 8, ... links: what is not near a cycle has none of the longer ones, so
  the cost falls from round to round. Each node is a stretch of its own.
-#}
{% macro default__knotted_nodes(links) %}
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

    select feature_id, task, node_id, node_id as stretch_id from ends
    group by feature_id, task, node_id
    having count(*) = 2
{% endmacro %}


{#-
  Where recursion has no limit: all but the stretches with a root or a leaf. A way between two merges is
  left too, also without a cycle; nodes_on_cycles tells them apart, at a cost that grows with their number.
-#}
{% macro duckdb__knotted_nodes(links) %}
    with recursive distinct_links as (
        select distinct feature_id, task, child_id, parent_id from {{ links }}
    ),

    -- Most ways are short: this leaves nothing of them to be numbered and walked.
    inner_links as materialized (
        select * from distinct_links
        where parent_id in (select child_id from distinct_links) and child_id in (select parent_id from distinct_links)
    ),

    {{ label_lineage.stretches('inner_links', ['feature_id', 'task']) }},

    ending as (
        select stretches.stretch
        from stretches
        inner join linked on stretches.node = linked.node
        group by stretches.stretch
        having min(linked.n_parents) = 0 or min(linked.n_children) = 0
    )

    select linked.feature_id, linked.task, linked.node_id, first_nodes.node_id as stretch_id
    from linked
    left join stretches on linked.node = stretches.node
    left join linked as first_nodes on stretches.stretch = first_nodes.node
    left join ending on stretches.stretch = ending.stretch
    where ending.stretch is null
{% endmacro %}


{% macro postgres__knotted_nodes(links) %}
    {{- label_lineage.duckdb__knotted_nodes(links) -}}
{% endmacro %}


{#- Of the nodes that may lie on a cycle of `links` (a table of knotted_nodes), those that do, as `node_id`. -#}
{% macro nodes_on_cycles(links, knotted) %}
    {{- adapter.dispatch('nodes_on_cycles', 'label_lineage')(links, knotted) -}}
{% endmacro %}


{#-
  Where each node between cycles has one parent and one child, all of them are on cycles; only where
  cycles branch is every node asked whether it reaches itself.
-#}
{% macro default__nodes_on_cycles(links, knotted) %}
    with core as (
        select distinct links.feature_id, links.task, links.child_id, links.parent_id
        from {{ links }} as links
        inner join {{ knotted }} as children on links.child_id = children.node_id
        inner join {{ knotted }} as parents on links.parent_id = parents.node_id
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
        {{ label_lineage.self_reaching('branching_links', knotted) }}
    )

    select node_id from self_reaching
    union distinct
    select core.child_id as node_id
    from core
    left join branching on core.feature_id = branching.feature_id and core.task = branching.task
    where branching.feature_id is null
{% endmacro %}


{#- The nodes of `links` that a way leads back to; `knotted` is a table of all that any way can visit. -#}
{% macro self_reaching(links, knotted) %}
    {%- set rounds = label_lineage.rounds_among(knotted) -%}
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


{#-
  Where recursion has no limit. From a few stretches, the starts, everything below and everything above is
  walked. What is both below and above a start is on a cycle with it. And all nodes of a cycle are below
  the same starts and above the same, so links between nodes that are not are on no cycle: they
  are cut, and the next starts walk in what is left. Rounds have 1, 2, 4, ... starts, the last all that
  are left. A stretch is met by about as many starts as there are rounds, whatever the shape of the knot.
-#}
{% macro duckdb__nodes_on_cycles(links, knotted) %}
    {%- set rounds = label_lineage.rounds_of(knotted, 'select count(distinct stretch_id) + 1 as n_steps from ' ~ knotted) -%}
    -- In the order of a hash: in that of ids, which often count up, the first starts would lie side by side.
    with recursive stretches as materialized (
        select stretch_id, row_number() over (order by md5(stretch_id)) as stretch
        from (select distinct stretch_id from {{ knotted }}) as ids
        where stretch_id is not null
    ),

    -- Into a stretch links lead at its first node only. Down is 1, up is -1.
    links_0 as (
        select parent_stretches.stretch as parent, child_stretches.stretch as child
        from {{ links }} as links
        inner join stretches as child_stretches on links.child_id = child_stretches.stretch_id
        inner join {{ knotted }} as parents on links.parent_id = parents.node_id
        inner join stretches as parent_stretches on parents.stretch_id = parent_stretches.stretch_id
    ),

    -- Materialized like those of each round, because each is read three times, and reads the one before.
    steps_1 as materialized (
        select parent as near, child as far, 1 as direction from links_0
        union all
        select child as near, parent as far, -1 as direction from links_0
    ),

    {%- for round in range(1, rounds + 1) %}
    {{ label_lineage.walk_from_starts(round, is_last=loop.last) }},
    {%- endfor %}

    on_cycles as (
        {%- for round in range(1, rounds + 1) %}
        select stretch from met_{{ round }} where is_on_cycle
        {{- ' union all' if not loop.last }}
        {%- endfor %}
    )

    select knotted.node_id
    from {{ knotted }} as knotted
    left join stretches on knotted.stretch_id = stretches.stretch_id
    left join on_cycles on stretches.stretch = on_cycles.stretch
    where knotted.stretch_id is null or on_cycles.stretch is not null
{% endmacro %}


{% macro postgres__nodes_on_cycles(links, knotted) %}
    {{- label_lineage.duckdb__nodes_on_cycles(links, knotted) -}}
{% endmacro %}


{#-
  CTEs of one round: walks along `steps_<round>`, what they met, and the steps that are left. A start of an
  earlier round has none left.

  Along a link down starts above can only be gained and starts below only lost. So the difference of their
  numbers grows, or both sets stay the same: one number tells whether a link is to be cut.
-#}
{% macro walk_from_starts(round, is_last) %}
    walk_{{ round }} as (
        select direction, near as start_id, far as stretch from steps_{{ round }}
        {%- if not is_last %}
        where near < {{ 2 ** round }}
        {%- endif %}
        union distinct
        select walk.direction, walk.start_id, steps.far as stretch
        from walk_{{ round }} as walk
        inner join steps_{{ round }} as steps
            on walk.stretch = steps.near and walk.direction = steps.direction {{ label_lineage.looked_up('steps.near', 'steps.far') }}
    ),

    -- A start that met it twice did so from above and from below.
    met_{{ round }} as materialized (
        select stretch, sum(direction) as difference, count(*) > count(distinct start_id) as is_on_cycle
        from walk_{{ round }}
        group by stretch
    )
    {%- if not is_last %},

    steps_{{ round + 1 }} as materialized (
        select steps.near, steps.far, steps.direction
        from steps_{{ round }} as steps
        left join met_{{ round }} as near on steps.near = near.stretch
        left join met_{{ round }} as far on steps.far = far.stretch
        where coalesce(near.difference, 0) = coalesce(far.difference, 0) and not coalesce(near.is_on_cycle, false)
    )
    {%- endif %}
{%- endmacro %}


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
