{#-
  For every child in `edges`: depth (links on the longest way down from a root), the ids of its roots,
  and how many different people had a hand in it or its ancestors. A parent that has not arrived is
  walked from as a root. Walks are kept apart by `keys`: an edge to another feature or task has no effect.
-#}
{% macro walk_lineage(edges, nodes, keys=['feature_id', 'task'], made=[]) %}
    {{- adapter.dispatch('walk_lineage', 'label_lineage')(edges, nodes, keys, made) -}}
{% endmacro %}


{#-
  Without recursion, of which some engines allow ten steps only. Each node holds `facts`: the parents it
  looks up to, the roots and the hands it knows of. In each round it takes over the facts of those it
  looks up to, so it then knows, and looks, twice as far. Every round reads the one before it once,
  because engines work out a CTE anew for each place that names it.
-#}
{% macro default__walk_lineage(edges, nodes, keys, made) %}
    {%- set rounds = label_lineage.rounds_through(ref('int_ledger_edges')) -%}
    {%- set per_node = label_lineage.per_node(keys) %}
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
  With recursion, where it has no limit. Along a stretch depth is a place in a row, and who had a hand in it
  a running count. Only from stretch to stretch are sets carried, as distinct pairs, so that a diamond is
  not walked once per path, and a long chain does not hold all its people at each link. It ends, because
  admission lets no cycle in.
-#}
{% macro duckdb__walk_lineage(edges, nodes, keys, made) %}
    {%- set per_node = label_lineage.per_node(keys) %}
    with recursive {{ label_lineage.walk_steps(edges, nodes, keys, made) | trim }}

    select named.{{ per_node | join(', named.') }}, named.depth, named.human_attention, root_names.root_ids
    from named
    inner join root_names on named.stretch = root_names.stretch
{% endmacro %}


{#- The CTEs of the walk. Those in `made` stand in temporary tables. -#}
{% macro walk_steps(edges, nodes, keys, made=[]) %}
    {%- set per_node = label_lineage.per_node(keys) %}
    {{ label_lineage.stretches(edges, keys, made) | trim }},

    steps as (
        select links.child as stretch, above.stretch as from_stretch, above.place + 1 as length
        from links
        inner join stretches as above on links.parent = above.node
        where not links.is_within
    ),

    -- Most stretches have nothing above them: their first node is their root.
    first_steps as (
        select steps.* from steps
        left join steps as above on steps.from_stretch = above.stretch
        where above.stretch is null
    ),

    depths as (
        select stretch, length as depth from first_steps
        union distinct
        {{ label_lineage.walk_step('depths', 'walk.depth + steps.length') }}
    ),

    root_pairs as (
        select stretch, from_stretch as root from first_steps
        union distinct
        {{ label_lineage.walk_step('root_pairs', 'walk.root') }}
    ),

    -- The first place in a stretch of everyone who had a hand in it.
    {% call label_lineage.walk_step_as('firsts', made) %}
        select stretches.stretch, nodes.annotator_id, min(stretches.place) as place
        from stretches
        inner join linked on stretches.node = linked.node
        inner join {{ nodes }} as nodes
            on linked.node_id = nodes.node_id and {{ label_lineage.same('linked', 'nodes', keys) }}
        where nodes.annotator_id is not null and not nodes.is_model
        group by stretches.stretch, nodes.annotator_id
    {% endcall %},

    {% call label_lineage.walk_step_as('hands_above', made) %}
        select steps.stretch, firsts.annotator_id
        from steps
        inner join firsts on steps.from_stretch = firsts.stretch
        union distinct
        {{ label_lineage.walk_step('hands_above', 'walk.annotator_id') }}
    {% endcall %},

    max_depths as (
        select stretch, max(depth) as depth from depths
        group by stretch
    ),

    root_lists as (
        select root_pairs.stretch, {{ label_lineage.list_agg('roots.node_id') }} as root_ids
        from root_pairs
        inner join linked as roots on root_pairs.root = roots.node
        group by root_pairs.stretch
    ),

    hand_counts as (
        select stretch, count(*) as n_hands from hands_above
        group by stretch
    ),

    -- Whoever had a hand above is not counted again.
    new_hands as (
        select firsts.stretch, firsts.place
        from firsts
        left join hands_above
            on firsts.stretch = hands_above.stretch and firsts.annotator_id = hands_above.annotator_id
        where hands_above.stretch is null
    ),

    -- From here on materialized step by step, for of all these joins at once each would want its memory.
    placed as materialized (
        select stretches.node, stretches.stretch, stretches.place, new_hands.place as hand_place
        from stretches
        left join new_hands on stretches.stretch = new_hands.stretch and stretches.place = new_hands.place
    ),

    counted as materialized (
        select
            node,
            stretch,
            place,
            count(hand_place) over (
                partition by stretch
                order by place
                rows unbounded preceding
            ) as n_hands
        from placed
    ),

    {% call label_lineage.walk_step_as('told', made, materialized=true) %}
        select
            counted.node,
            counted.stretch,
            coalesce(max_depths.depth, 0) + counted.place as depth,
            coalesce(hand_counts.n_hands, 0) + counted.n_hands as human_attention
        from counted
        left join max_depths on counted.stretch = max_depths.stretch
        left join hand_counts on counted.stretch = hand_counts.stretch
    {% endcall %},

    {% call label_lineage.walk_step_as('named', made, materialized=true) %}
        select linked.{{ per_node | join(', linked.') }}, told.depth, told.human_attention, told.stretch
        from told
        inner join linked on told.node = linked.node
        where told.depth > 0
    {% endcall %},

    -- What has nothing above it comes from its own first node.
    lone as (
        select distinct named.stretch
        from named
        left join root_lists on named.stretch = root_lists.stretch
        where root_lists.stretch is null
    ),

    {% call label_lineage.walk_step_as('root_names', made, materialized=true) %}
        select stretch, root_ids from root_lists
        union all
        select lone.stretch, {{ label_lineage.list_of('linked.node_id') }} as root_ids
        from lone
        inner join linked on lone.stretch = linked.node
    {% endcall %}
{% endmacro %}


{% macro postgres__walk_lineage(edges, nodes, keys, made) %}
    {{- label_lineage.duckdb__walk_lineage(edges, nodes, keys, made) -}}
{% endmacro %}


{#- What names a row of a walk's result: a node has one feature and task, so only further keys split it. -#}
{% macro per_node(keys) %}
    {%- do return(['node_id'] + keys | reject('in', ['feature_id', 'task']) | list) -%}
{% endmacro %}


{#- A CTE of the walk: the query that it is called around or, once made, its temporary table. -#}
{% macro walk_step_as(name, made, materialized=false) -%}
    {%- if name in made -%}
    {{ name }} as not materialized (select * from walk_{{ name }})
    {%- else -%}
    {{ name }} as {{ 'materialized ' if materialized }}(
        {{- caller() -}}
    )
    {%- endif -%}
{%- endmacro %}


{#- One step down of a walk from stretch to stretch: everything above has, what is below has. -#}
{% macro walk_step(walk, carried) %}
        select steps.stretch, {{ carried }}
        from {{ walk }} as walk
        inner join steps on walk.stretch = steps.from_stretch
{%- endmacro %}


{#- A join condition: both sides agree in all of the columns. -#}
{% macro same(one, other, columns) -%}
    {% for column in columns %}{{ one }}.{{ column }} = {{ other }}.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
{%- endmacro %}
