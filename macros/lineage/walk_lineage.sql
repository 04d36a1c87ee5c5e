{#-
  For every child in `edges`: depth (links on the longest way down from a root), the ids of its roots,
  and how many different people had a hand in it or its ancestors. A parent that has not arrived is
  walked from as a root. Walks are kept apart by `keys`: an edge to another feature or task has no effect.
-#}
{% macro walk_lineage(edges, nodes, keys=['feature_id', 'task']) %}
    {{- adapter.dispatch('walk_lineage', 'label_lineage')(edges, nodes, keys) -}}
{% endmacro %}


{#-
  Without recursion, of which some engines allow ten steps only. Each node holds `facts`: the parents it
  looks up to, the roots and the hands it knows of. In each round it takes over the facts of those it
  looks up to, so it then knows, and looks, twice as far. Every round reads the one before it once,
  because engines work out a CTE anew for each place that names it.
-#}
{% macro default__walk_lineage(edges, nodes, keys) %}
    {%- set rounds = label_lineage.rounds_through(ref('int_ledger_edges')) -%}
    {#- A node has one feature and task, so only further keys split its result. -#}
    {%- set per_node = ['node_id'] + keys | reject('in', ['feature_id', 'task']) | list %}
    with links as (
        select * from {{ edges }}
    ),

    linked as (
        select child_id as node_id, {{ keys | join(', ') }} from links
        union distinct
        select parent_id as node_id, {{ keys | join(', ') }} from links
    ),

    round_0 as (
        select child_id as node_id, {{ keys | join(', ') }}, 'parent:' || parent_id as fact, 0 as depth
        from links
        union all
        select linked.node_id, linked.{{ keys | join(', linked.') }}, '  root:' || linked.node_id as fact, 0 as depth
        from linked
        left join links on linked.node_id = links.child_id and {{ label_lineage.same('linked', 'links', keys) }}
        where links.child_id is null
        union all
        select linked.node_id, linked.{{ keys | join(', linked.') }}, '  hand:' || nodes.annotator_id as fact, 0 as depth
        from linked
        inner join {{ nodes }} as nodes on linked.node_id = nodes.node_id and {{ label_lineage.same('linked', 'nodes', keys) }}
        where nodes.annotator_id is not null and not nodes.is_model
    ),

    {{ label_lineage.look_up_rounds(rounds, keys) }}

    told as (
        select
            {{ per_node | join(', ') }},
            max(depth) as depth,
            count(distinct case when substr(fact, 1, 7) = '  hand:' then fact end) as human_attention,
            {{ label_lineage.list_agg("distinct case when substr(fact, 1, 7) = '  root:' and substr(fact, 8) <> node_id then substr(fact, 8) end") }} as root_ids
        from round_{{ rounds }}
        group by node_id, {{ keys | join(', ') }}
    )

    select {{ per_node | join(', ') }}, depth, human_attention, root_ids from told
    -- A root that another feature names as a parent, too, is told of there as a root.
    where depth > 0
{% endmacro %}


{#-
  The rounds of a walk as CTEs. Each gathers, for every node, who looks up to it (itself included) and
  what it knows, and gives each of the former each of the latter; only itself it does not tell whom to
  look up to, for it has looked there.
-#}
{% macro look_up_rounds(rounds, keys) %}
    {%- for number in range(rounds) %}
    gathered_{{ number }} as (
        select
            case when side = 'up' then substr(fact, 8) else node_id end as known_id,
            {{ keys | join(', ') }},
            {{ label_lineage.list_agg('distinct node_id') }} as listeners,
            {{ label_lineage.list_agg("distinct case when side = 'here' then fact end") }} as facts,
            max(case when side = 'here' then depth end) as depth
        from round_{{ number }}
        cross join (select 'here' as side union all select 'up' as side) as sides
        where side = 'here' or substr(fact, 1, 7) = 'parent:'
        group by case when side = 'up' then substr(fact, 8) else node_id end, {{ keys | join(', ') }}
    ),

    facts_{{ number }} as (
        {{ label_lineage.unnest_list('gathered_' ~ number, 'facts', ['known_id'] + keys + ['listeners', 'depth']) }}
    ),

    told_{{ number }} as (
        select known_id, {{ keys | join(', ') }}, fact, depth, item as node_id
        from (
            {{ label_lineage.unnest_list('(select known_id, ' ~ keys | join(', ') ~ ', listeners, depth, item as fact from facts_' ~ number ~ ') as facts', 'listeners', ['known_id'] + keys + ['fact', 'depth']) }}
        ) as told
    ),

    round_{{ number + 1 }} as (
        select
            node_id,
            {{ keys | join(', ') }},
            fact,
            case when node_id = known_id then depth else depth + {{ 2 ** number }} end as depth
        from told_{{ number }}
        where node_id <> known_id or substr(fact, 1, 7) <> 'parent:'
    ),
    {%- endfor %}
{%- endmacro %}


{#-
  Three walks down over the same edges, each keeping only distinct pairs, so a diamond is not walked
  once per path. Bounded by admission, which lets no cycle in. Quicker than rounds where recursion has no limit.
-#}
{% macro duckdb__walk_lineage(edges, nodes, keys) %}
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
        union distinct
        {{ label_lineage.walk_step('depths', 'walk.depth + 1', keys) }}
    ),

    root_pairs as (
        select node_id, {{ keys | join(', ') }}, node_id as root_id from roots
        union distinct
        {{ label_lineage.walk_step('root_pairs', 'walk.root_id', keys) }}
    ),

    hands as (
        select nodes.node_id, nodes.{{ keys | join(', nodes.') }}, nodes.annotator_id
        from {{ nodes }} as nodes
        inner join (
            select child_id as node_id from links
            union distinct
            select parent_id as node_id from links
        ) as linked on nodes.node_id = linked.node_id
        where nodes.annotator_id is not null and not nodes.is_model
        union distinct
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


{% macro postgres__walk_lineage(edges, nodes, keys) %}
    {{- label_lineage.duckdb__walk_lineage(edges, nodes, keys) -}}
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
