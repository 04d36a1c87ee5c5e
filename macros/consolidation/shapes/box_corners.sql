{#- Numbered leaves with the corners of their boxes in millionths, counted from the feature's lowest, so that none is negative. -#}
{% macro box_corners(leaves) %}
    select
        dataset,
        version_number,
        feature_id,
        node_id,
        label,
        ties,
        weight,
        feature_number,
        leaf_number,
        origin_x,
        origin_y,
        x - origin_x as x1,
        y - origin_y as y1,
        x - origin_x + width as x2,
        y - origin_y + height as y2
    from (
        select
            *,
            min(x) over (partition by feature_number) as origin_x,
            min(y) over (partition by feature_number) as origin_y
        from (
            select
                *,
                {{ label_lineage.box_number('label', 1) }} as x,
                {{ label_lineage.box_number('label', 2) }} as y,
                {{ label_lineage.box_number('label', 3) }} as width,
                {{ label_lineage.box_number('label', 4) }} as height
            from {{ leaves }}
        ) as boxes
    ) as placed
{% endmacro %}


{#- The area that two boxes share, and the area that either covers. Both have positive size, so the latter is never 0. -#}
{% macro shared_area(one, other) -%}
    {{ label_lineage.wide('greatest(0, least(' ~ one ~ '.x2, ' ~ other ~ '.x2) - greatest(' ~ one ~ '.x1, ' ~ other ~ '.x1))') }}
    * greatest(0, least({{ one }}.y2, {{ other }}.y2) - greatest({{ one }}.y1, {{ other }}.y1))
{%- endmacro %}


{% macro area_of_both(one, other) -%}
    {{ label_lineage.box_area(one) }} + {{ label_lineage.box_area(other) }} - {{ label_lineage.shared_area(one, other) }}
{%- endmacro %}


{% macro box_area(box) -%}
    {{ label_lineage.wide(box ~ '.x2 - ' ~ box ~ '.x1') }} * ({{ box }}.y2 - {{ box }}.y1)
{%- endmacro %}


{#-
  A box made of a feature's leaves, as a rule's result. `averages` has feature_number and the box's x1,
  y1, x2, y2 as box_corners count them. The leaves agree with it as far as they overlap it.
-#}
{% macro averaged_box(leaves, averages) %}
    with compared as (
        select
            leaves.dataset,
            leaves.version_number,
            leaves.feature_id,
            leaves.node_id,
            leaves.weight,
            averages.x1 + leaves.origin_x as x,
            averages.y1 + leaves.origin_y as y,
            averages.x2 - averages.x1 as width,
            averages.y2 - averages.y1 as height,
            cast({{ label_lineage.overlap_millionths(label_lineage.shared_area('leaves', 'averages'), label_lineage.area_of_both('leaves', 'averages')) }} as {{ dbt.type_bigint() }}) as similarity
        from {{ leaves }} as leaves
        inner join {{ averages }} as averages on leaves.feature_number = averages.feature_number
    )

    select
        dataset,
        version_number,
        feature_id,
        {{ label_lineage.box_text('x', 'y', 'width', 'height') }} as label,
        sum(similarity * weight) as n_votes,
        cast(null as {{ dbt.type_bigint() }}) as n_runner_up,
        1000000 * sum(weight) as total_votes,
        false as is_tied,
        {{ label_lineage.votes_of_leaves('similarity') }} as label_distribution
    from compared
    group by dataset, version_number, feature_id, x, y, width, height
{% endmacro %}
