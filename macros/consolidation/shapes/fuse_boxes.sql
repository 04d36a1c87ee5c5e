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
    {{ label_lineage.unsupported('fuse_boxes') }}
{% endmacro %}


{% macro duckdb__fuse_boxes(boxes, iou) %}
    {%- set corners = ['x1', 'y1', 'x2', 'y2'] %}
    with recursive clusters as (
        select
            group_number,
            place as round,
            place as cluster,
            n_boxes,
            cast(place as {{ dbt.type_string() }}) as members,
            score,
            {% for corner in corners -%}
            {{ corner }} * score as sum_{{ corner }},
            {{ corner }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ boxes }}
        where place = 1
        union all
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
            {% for corner in corners -%}
            case
                when is_new then box_{{ corner }} * box_score
                when is_joined then sum_{{ corner }} + box_{{ corner }} * box_score
                else sum_{{ corner }}
            end as sum_{{ corner }},
            case
                when is_new then box_{{ corner }}
                when is_joined then {{ label_lineage.whole_quotient('2 * (sum_' ~ corner ~ ' + box_' ~ corner ~ ' * box_score) + score + box_score', '2 * (score + box_score)') }}
                else {{ corner }}
            end as {{ corner }}{{ ',' if not loop.last }}
            {% endfor %}
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
                        order by {{ label_lineage.whole_quotient('1000000000 * shared', '(areas - shared)') }} desc, cluster
                    ) as rank
                from (
                    select
                        clusters.*,
                        boxes.score as box_score,
                        {% for corner in corners -%}
                        boxes.{{ corner }} as box_{{ corner }},
                        {% endfor -%}
                        {{ label_lineage.shared_area('clusters.', 'boxes.') }} as shared,
                        {{ label_lineage.box_area('clusters.') }} + {{ label_lineage.box_area('boxes.') }} as areas
                    from clusters
                    inner join {{ boxes }} as boxes
                        on clusters.group_number = boxes.group_number and boxes.place = clusters.round + 1
                ) as met
            ) as matched
            -- The best match appears twice where it is no match: once as it was, once as the new one.
            cross join (select false as is_new union all select true as is_new) as copies
            where not copies.is_new or (matched.rank = 1 and not matched.fits)
        ) as moved
    )

    select group_number, cluster, members, score, x1, y1, x2, y2 from clusters
    where round = n_boxes
{% endmacro %}


{% macro postgres__fuse_boxes(boxes, iou) %}
    {{- label_lineage.duckdb__fuse_boxes(boxes, iou) -}}
{% endmacro %}
