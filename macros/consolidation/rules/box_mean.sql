{#- The means of the left, upper, right and lower sides, by weight, rounded half up to millionths. -#}
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
            {% for side in ['x1', 'y1', 'x2', 'y2'] -%}
            sum({{ label_lineage.wide(side) }} * weight) as {{ side }},
            {% endfor -%}
            sum({{ label_lineage.wide('weight') }}) as weight
        from boxes
        group by feature_number
    ),

    averages as (
        select
            feature_number,
            {% for side in ['x1', 'y1', 'x2', 'y2'] -%}
            cast({{ label_lineage.whole_quotient('2 * ' ~ side ~ ' + weight', '2 * weight') }} as {{ dbt.type_bigint() }}) as {{ side }}{{ ',' if not loop.last }}
            {% endfor %}
        from sums
    )

    select * from (
        {{ label_lineage.averaged_box('boxes', 'averages') }}
    ) as averaged
{% endmacro %}
