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


{#- The area that two boxes share, and the area that either covers. The latter is 0 for two objects without a size. -#}
{% macro shared_area(one, other) -%}
    {{ label_lineage.wide('greatest(0, least(' ~ one ~ 'x2, ' ~ other ~ 'x2) - greatest(' ~ one ~ 'x1, ' ~ other ~ 'x1))') }}
    * greatest(0, least({{ one }}y2, {{ other }}y2) - greatest({{ one }}y1, {{ other }}y1))
{%- endmacro %}


{% macro area_of_both(one, other) -%}
    {{ label_lineage.box_area(one) }} + {{ label_lineage.box_area(other) }} - {{ label_lineage.shared_area(one, other) }}
{%- endmacro %}


{% macro box_area(box) -%}
    {{ label_lineage.wide(box ~ 'x2 - ' ~ box ~ 'x1') }} * ({{ box }}y2 - {{ box }}y1)
{%- endmacro %}


{#-
  A box made of a feature's leaves, as a rule's result. `boxes` are box_corners with the corners of that
  box beside each leaf's own, average_x1 to average_y2. The leaves agree with it as far as they overlap it.
-#}
{% macro averaged_box(boxes) %}
    with compared as (
        select
            *,
            cast({{ label_lineage.overlap_millionths(label_lineage.shared_area('', 'average_'), label_lineage.area_of_both('', 'average_')) }} as {{ dbt.type_bigint() }}) as similarity
        from {{ boxes }}
    ),

    features as (
        select
            dataset,
            version_number,
            feature_id,
            max(average_x1 + origin_x) as x,
            max(average_y1 + origin_y) as y,
            max(average_x2 - average_x1) as width,
            max(average_y2 - average_y1) as height,
            sum(similarity * weight) as n_votes,
            1000000 * sum(weight) as total_votes,
            {{ label_lineage.votes_of_leaves('similarity') }} as label_distribution
        from compared
        group by dataset, version_number, feature_id
    )

    select
        dataset,
        version_number,
        feature_id,
        {{ label_lineage.box_text('x', 'y', 'width', 'height') }} as label,
        n_votes,
        cast(null as {{ dbt.type_bigint() }}) as n_runner_up,
        total_votes,
        false as is_tied,
        label_distribution
    from features
{% endmacro %}
