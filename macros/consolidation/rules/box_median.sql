{#-
  The medians of x, y, width and height, each on its own: the value that half of the weight does not
  exceed; where it is exactly half, the mean of this value and the next, rounded half up to millionths.
-#}
{% macro rule_box_median(votes, leaves, policies) %}
    with numbered as (
        {{ label_lineage.numbered_leaves(leaves, 'median', 'box') }}
    ),

    boxes as (
        {{ label_lineage.box_corners('numbered') }}
    ),

    sides as (
        {% for side, length in {'x1': 'x1', 'y1': 'y1', 'width': 'x2 - x1', 'height': 'y2 - y1'}.items() -%}
        select feature_number, leaf_number, weight, '{{ side }}' as side, {{ length }} as length from boxes
        where weight > 0
        {% if not loop.last %}union all{% endif %}
        {% endfor %}
    ),

    ordered as (
        select
            feature_number,
            side,
            length,
            lead(length) over (partition by feature_number, side order by length, leaf_number) as next_length,
            2 * sum(weight) over (partition by feature_number, side order by length, leaf_number rows between unbounded preceding and current row) as twice_below,
            2 * weight as twice_weight,
            sum(weight) over (partition by feature_number, side) as total
        from sides
    ),

    medians as (
        select
            feature_number,
            side,
            case when twice_below = total then {{ label_lineage.whole_quotient('length + next_length + 1', '2') }} else length end as length
        from ordered
        where twice_below >= total and twice_below - twice_weight < total
    ),

    averages as (
        select
            feature_number,
            {% for corner, sides in {'x1': ['x1'], 'y1': ['y1'], 'x2': ['x1', 'width'], 'y2': ['y1', 'height']}.items() -%}
            cast(sum(case when side in ('{{ sides | join("', '") }}') then length end) as {{ dbt.type_bigint() }}) as {{ corner }}{{ ',' if not loop.last }}
            {% endfor %}
        from medians
        group by feature_number
    )

    select * from (
        {{ label_lineage.averaged_box('boxes', 'averages') }}
    ) as averaged
{% endmacro %}
