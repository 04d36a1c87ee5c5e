{#-
  Weighted boxes fusion (Solovyev, Wang and Gabruseva 2019, arXiv:1910.13302; program ensemble-boxes 1.0.9)
  of box_groups, one row per fused object: group_number, cluster, members (places of its boxes, with commas),
  score (the sum of theirs) and corners.

  Boxes are taken by score. One that overlaps a fused box by more than `iou`, takes the one that it overlaps
  most, the older of equals, and moves it to the mean of all its boxes, weighted by score; otherwise it
  starts a new one. What a box does thus hangs on all before it, so there is one round per place, in which
  all groups take a step at once; there are as many rounds as the largest group has boxes.

  Overlaps are compared exactly with `iou`, and with each other in billionths; corners are rounded half up
  to millionths after each step, where the program computes in floats.
-#}
{% macro fuse_boxes(boxes, iou) %}
    {{- adapter.dispatch('fuse_boxes', 'label_lineage')(boxes, iou) -}}
{% endmacro %}


{% macro default__fuse_boxes(boxes, iou) %}
    {{ label_lineage.unsupported('fuse_boxes', 'set consolidation to latest or unanimous instead of box_fusion') }}
{% endmacro %}


{% macro duckdb__fuse_boxes(boxes, iou) %}
    with recursive clusters as (
        {{ label_lineage.first_boxes(boxes) }}
        union all
        {{ label_lineage.next_boxes('clusters', boxes, iou) }}
    )

    select group_number, cluster, members, score, x1, y1, x2, y2 from clusters
    where round = n_boxes
{% endmacro %}


{% macro postgres__fuse_boxes(boxes, iou) %}
    {{- label_lineage.duckdb__fuse_boxes(boxes, iou) -}}
{% endmacro %}


{#-
  The same without recursion, of which Trino takes ten steps and Spark a hundred: the boxes of a group are a
  list, folded into the list of its fused boxes. `row`, `row_type`, `field`, `list` and `list_type` are how
  the engine writes these.
-#}
{% macro fuse_boxes_in_lists(boxes, iou, row, row_type, field, list, list_type) %}
    {%- set corners, decimal = ['x1', 'y1', 'x2', 'y2'], 'decimal(38, 0)' -%}
    {%- set fields, fused, started, moved = [], [['cluster', dbt.type_bigint()], ['members', dbt.type_string()]], [], [] -%}
    {%- for name in ['score', 'sum_x1', 'sum_y1', 'sum_x2', 'sum_y2'] + corners -%}
        {%- do fused.append([name, decimal]) -%}
    {%- endfor -%}
    {%- for name, type in fused -%}{%- do fields.append(field % (name, type)) -%}{%- endfor -%}
    {%- set type = row_type % fields | join(', ') -%}
    {%- for corner in corners -%}
        {%- do started.append('box.' ~ corner ~ ' * box.score') -%}
        {%- do moved.append('cluster.sum_' ~ corner ~ ' + box.' ~ corner ~ ' * box.score') -%}
    {%- endfor -%}
    {%- for corner in corners -%}
        {%- do started.append('box.' ~ corner) -%}
        {%- do moved.append(label_lineage.moved_corner('cluster.', 'box.', corner)) -%}
    {%- endfor -%}
    {%- set overlap_type = row_type % [field % ('cluster', dbt.type_bigint()), field % ('shared', decimal), field % ('either', decimal)] | join(', ') -%}
    {%- set match_type = row_type % [field % ('overlap', decimal), field % ('newness', dbt.type_bigint()), field % ('fits', 'boolean')] | join(', ') -%}
    {%- set best -%}
        array_max(transform(
            transform(clusters, cluster -> cast({{ row }}(
                cluster.cluster,
                {{ label_lineage.shared_area('cluster.', 'box.') }},
                {{ label_lineage.area_of_both('cluster.', 'box.') }}
            ) as {{ overlap_type }})),
            seen -> cast({{ row }}(
                coalesce({{ label_lineage.whole_quotient('(1000000000 * seen.shared)', 'seen.either') }}, 0),
                0 - seen.cluster,
                1000000 * seen.shared > {{ label_lineage.micros(iou) }} * seen.either
            ) as {{ match_type }})
        ))
    {%- endset -%}
    {%- set new -%}
        cast({{ row }}(box.place, cast(box.place as {{ dbt.type_string() }}), box.score, {{ started | join(', ') }}) as {{ type }})
    {%- endset -%}
    {%- set box_fields = [field % ('place', dbt.type_bigint()), field % ('score', decimal)] -%}
    {%- for corner in corners -%}{%- do box_fields.append(field % (corner, decimal)) -%}{%- endfor %}
    select
        group_number,
        reduce(
            array_sort(array_agg(cast({{ row }}(place, score, {{ corners | join(', ') }}) as {{ row_type % box_fields | join(', ') }}))),
            cast({{ list % '' }} as {{ list_type % type }}),
            (clusters, box) -> element_at(
                transform(
                    -- The fused box that it overlaps most, the older of equals; NULL for the first box.
                    {{ list % best }},
                    best -> case
                        when best.fits then transform(clusters, cluster -> case
                            when cluster.cluster = 0 - best.newness then cast({{ row }}(
                                cluster.cluster, cluster.members || ',' || cast(box.place as {{ dbt.type_string() }}), cluster.score + box.score,
                                {{ moved | join(', ') }}
                            ) as {{ type }})
                            else cluster
                        end)
                        else concat(clusters, {{ list % new }})
                    end
                ),
                1
            ),
            clusters -> clusters
        ) as clusters
    from {{ boxes }}
    group by group_number
{% endmacro %}


{% macro trino__fuse_boxes(boxes, iou) %}
    select group_number, cluster, members, score, x1, y1, x2, y2
    from (
        {{ label_lineage.fuse_boxes_in_lists(boxes, iou, 'row', 'row(%s)', '%s %s', 'array[%s]', 'array(%s)') }}
    ) as lists
    cross join unnest(clusters) as fused (cluster, members, score, sum_x1, sum_y1, sum_x2, sum_y2, x1, y1, x2, y2)
{% endmacro %}


{% macro athena__fuse_boxes(boxes, iou) %}
    {{- label_lineage.trino__fuse_boxes(boxes, iou) -}}
{% endmacro %}


{% macro spark__fuse_boxes(boxes, iou) %}
    select group_number, fused.cluster, fused.members, fused.score, fused.x1, fused.y1, fused.x2, fused.y2
    from (
        select group_number, explode(clusters) as fused
        from (
            {{ label_lineage.fuse_boxes_in_lists(boxes, iou, 'struct', 'struct<%s>', '%s: %s', 'array(%s)', 'array<%s>') }}
        ) as lists
    ) as exploded
{% endmacro %}


{#-
  Snowflake's recursive queries may neither rank nor aggregate, so the rounds are written out. Fifty are 219 KB, and a
  statement has a megabyte. Of a larger group a sentence is cast to a number, which stops the query and says why.
-#}
{% macro snowflake__fuse_boxes(boxes, iou) %}
    {%- set rounds = 50 %}
    with round_1 as (
        {{ label_lineage.first_boxes(boxes) }}
            and cast(case
                when n_boxes > {{ rounds }}
                    then 'Label Lineage: box_fusion takes groups of at most {{ rounds }} overlapping boxes on Snowflake, and there is one of ' || n_boxes
                else '1'
            end as {{ dbt.type_int() }}) = 1
    ){% for round in range(2, rounds + 1) %},

    round_{{ round }} as (
        {{ label_lineage.next_boxes('round_' ~ (round - 1), boxes, iou) }}
    ){% endfor %}

    {% for round in range(1, rounds + 1) -%}
    select group_number, cluster, members, score, x1, y1, x2, y2 from round_{{ round }}
    where round = n_boxes
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endmacro %}


{#- By the function that `make_functions` makes: BigQuery recurs only at the top of a statement, where no rule stands. -#}
{% macro bigquery__fuse_boxes(boxes, iou) %}
    {%- set numbers = ['score', 'x1', 'y1', 'x2', 'y2'] %}
    select
        group_number,
        cast({{ dbt.split_part('fused', "' '", 1) }} as {{ dbt.type_bigint() }}) as cluster,
        {{ dbt.split_part('fused', "' '", 2) }} as members,
        {%- for name in numbers %}
        {{ label_lineage.wide(dbt.split_part('fused', "' '", loop.index + 2)) }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            group_number,
            {{ label_lineage.fusion_function() }}(
                array_agg(
                    {%- for name in numbers %}
                    cast({{ name }} as string){{ " || ' ' ||" if not loop.last }}
                    {%- endfor %}
                    order by place
                ),
                {{ label_lineage.micros(iou) }}
            ) as clusters
        from {{ boxes }}
        group by group_number
    ) as lists
    cross join unnest(clusters) as fused
{% endmacro %}


{#- The fused boxes of every group after its first box. Ends within its `where`, to which Snowflake adds a condition. -#}
{% macro first_boxes(boxes) %}
    select
        group_number,
        place as round,
        place as cluster,
        n_boxes,
        cast(place as {{ dbt.type_string() }}) as members,
        score,
        {%- for corner in ['x1', 'y1', 'x2', 'y2'] %}
        {{ corner }} * score as sum_{{ corner }},
        {{ corner }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ boxes }}
    where place = 1
{%- endmacro %}


{#- The fused boxes of every group after one more box, of the groups that have one. -#}
{% macro next_boxes(clusters, boxes, iou) %}
    {%- set corners = ['x1', 'y1', 'x2', 'y2'] %}
    select
        group_number,
        round + 1 as round,
        case when is_new then round + 1 else cluster end as cluster,
        n_boxes,
        case
            when is_new then cast(round + 1 as {{ dbt.type_string() }})
            when is_joined then members || ',' || cast(round + 1 as {{ dbt.type_string() }})
            else members
        end as members,
        case when is_new then box_score when is_joined then score + box_score else score end as score,
        {%- for corner in corners %}
        case
            when is_new then box_{{ corner }} * box_score
            when is_joined then sum_{{ corner }} + box_{{ corner }} * box_score
            else sum_{{ corner }}
        end as sum_{{ corner }},
        case
            when is_new then box_{{ corner }}
            when is_joined then {{ label_lineage.moved_corner('', 'box_', corner) }}
            else {{ corner }}
        end as {{ corner }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            matched.*,
            copies.is_new,
            matched.rank = 1 and matched.fits and not copies.is_new as is_joined
        from (
            select
                *,
                1000000 * shared > {{ label_lineage.micros(iou) }} * (areas - shared) as fits,
                row_number() over (
                    partition by group_number
                    order by coalesce({{ label_lineage.whole_quotient('1000000000 * shared', '(areas - shared)') }}, 0) desc, cluster
                ) as rank
            from (
                select
                    clusters.*,
                    boxes.score as box_score,
                    {%- for corner in corners %}
                    boxes.{{ corner }} as box_{{ corner }},
                    {%- endfor %}
                    {{ label_lineage.shared_area('clusters.', 'boxes.') }} as shared,
                    {{ label_lineage.box_area('clusters.') }} + {{ label_lineage.box_area('boxes.') }} as areas
                from {{ clusters }} as clusters
                inner join {{ boxes }} as boxes
                    on clusters.group_number = boxes.group_number and boxes.place = clusters.round + 1
            ) as met
        ) as matched
        -- The best match appears twice where it is no match: once as it was, once as the new one.
        cross join (select false as is_new union all select true as is_new) as copies
        where not copies.is_new or (matched.rank = 1 and not matched.fits)
    ) as moved
{%- endmacro %}


{#- A corner of a fused box that a box joins: the mean by score. Boxes of score 0 move nothing, and among themselves the first stays. -#}
{% macro moved_corner(fused, box, corner) -%}
    {%- set weight = fused ~ 'score + ' ~ box ~ 'score' -%}
    coalesce({{ label_lineage.whole_quotient(
        '(2 * (' ~ fused ~ 'sum_' ~ corner ~ ' + ' ~ box ~ corner ~ ' * ' ~ box ~ 'score) + ' ~ weight ~ ')',
        '(2 * (' ~ weight ~ '))'
    ) }}, {{ fused }}{{ corner }})
{%- endmacro %}
