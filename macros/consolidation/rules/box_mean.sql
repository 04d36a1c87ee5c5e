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
            *,
            {% for side in ['x1', 'y1', 'x2', 'y2'] -%}
            sum({{ label_lineage.wide(side) }} * weight) over (partition by feature_number) as sum_{{ side }},
            {% endfor -%}
            sum({{ label_lineage.wide('weight') }}) over (partition by feature_number) as total
        from boxes
    ),

    averages as (
        select
            *,
            {% for side in ['x1', 'y1', 'x2', 'y2'] -%}
            cast({{ label_lineage.whole_quotient('2 * sum_' ~ side ~ ' + total', '2 * total') }} as {{ dbt.type_bigint() }}) as average_{{ side }}{{ ',' if not loop.last }}
            {% endfor %}
        from sums
    )

    select * from (
        {{ label_lineage.averaged_box('averages') }}
    ) as averaged
{% endmacro %}
