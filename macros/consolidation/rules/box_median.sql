{#-
  The medians of the left, upper, right and lower sides, each on its own: the value that half of the weight
  does not exceed; where it is exactly half, the mean of this value and the next, rounded half up to millionths.
-#}
{% macro rule_box_median(votes, leaves, policies) %}
    with numbered as (
        {{ label_lineage.numbered_leaves(leaves, 'median', 'box') }}
    ),

    boxes as (
        {{ label_lineage.box_corners('numbered') }}
    ),

    -- A row for each side of a box: left, upper, right, lower.
    sides as (
        select
            feature_number,
            leaf_number,
            weight,
            number as side,
            case number when 1 then x1 when 2 then y1 when 3 then x2 else y2 end as place
        from (
            {{ label_lineage.number_rows('boxes', '1', '4', ['feature_number', 'leaf_number', 'weight', 'x1', 'y1', 'x2', 'y2']) }}
        ) as numbers
        where weight > 0
    ),

    ordered as (
        select
            feature_number,
            side,
            place,
            lead(place) over (partition by feature_number, side order by place, leaf_number) as next_place,
            2 * sum(weight) over (partition by feature_number, side order by place, leaf_number rows between unbounded preceding and current row) as twice_below,
            2 * weight as twice_weight,
            sum(weight) over (partition by feature_number, side) as total
        from sides
    ),

    medians as (
        select
            feature_number,
            side,
            case when twice_below = total then {{ label_lineage.whole_quotient('place + next_place + 1', '2') }} else place end as place
        from ordered
        where twice_below >= total and twice_below - twice_weight < total
    ),

    corners as (
        select
            feature_number,
            {% for side in ['x1', 'y1', 'x2', 'y2'] -%}
            cast(max(case when side = {{ loop.index }} then place end) as {{ dbt.type_bigint() }}) as average_{{ side }}{{ ',' if not loop.last }}
            {% endfor %}
        from medians
        group by feature_number
    ),

    averages as (
        select boxes.*, corners.average_x1, corners.average_y1, corners.average_x2, corners.average_y2
        from boxes
        inner join corners on boxes.feature_number = corners.feature_number
    )

    select * from (
        {{ label_lineage.averaged_box('averages') }}
    ) as averaged
{% endmacro %}
