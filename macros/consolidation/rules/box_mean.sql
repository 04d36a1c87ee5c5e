{#- The mean of x, y, width and height, by weight, rounded half up to millionths. -#}
{% macro rule_box_mean(votes, leaves, policies) %}
    with numbered as (
        {{ label_lineage.numbered_leaves(leaves, 'mean', 'box') }}
    ),

    boxes as (
        {{ label_lineage.box_corners('numbered') }}
    ),

    sums as (
        select
            feature_number,
            sum({{ label_lineage.wide('x1') }} * weight) as x1,
            sum({{ label_lineage.wide('y1') }} * weight) as y1,
            sum({{ label_lineage.wide('x2 - x1') }} * weight) as width,
            sum({{ label_lineage.wide('y2 - y1') }} * weight) as height,
            sum({{ label_lineage.wide('weight') }}) as weight
        from boxes
        group by feature_number
    ),

    means as (
        select
            feature_number,
            {% for side in ['x1', 'y1', 'width', 'height'] -%}
            cast({{ label_lineage.whole_quotient('2 * ' ~ side ~ ' + weight', '2 * weight') }} as {{ dbt.type_bigint() }}) as {{ side }}{{ ',' if not loop.last }}
            {% endfor %}
        from sums
    ),

    averages as (
        select feature_number, x1, y1, x1 + width as x2, y1 + height as y2 from means
    )

    select * from (
        {{ label_lineage.averaged_box('boxes', 'averages') }}
    ) as averaged
{% endmacro %}
