{#-
  Where the leaves' polygons begin and end to cover a line, as `overlaps` reads them, on 1,000 lines that
  divide the height of a feature's polygons evenly.

  Line i of n runs at (2i + 1) / 2n of the height, so heights are counted in 2n-ths: then every line and
  every point is a whole number. A side meets the lines from its lower end, that end included, to its
  upper end, that end excluded, which gives each polygon an even number of sides on each line.
-#}
{% macro polygon_edges(leaves) %}
    {%- set n_lines = 1000 -%}
    {%- set point_order = 'over (partition by feature_number, leaf_number order by place)' %}
    select
        feature_number,
        n_leaves,
        leaf_number,
        line,
        position,
        case when mod(row_number() over (partition by feature_number, leaf_number, line order by position), 2) = 1 then 1 else -1 end as step
    from (
        select
            feature_number,
            n_leaves,
            leaf_number,
            number as line,
            -- Where the side is on this line: its ends, each by how near the other one is.
            cast({{ label_lineage.whole_quotient(
                label_lineage.wide('low_x') ~ ' * (high_y - (2 * number + 1) * height) + ' ~ label_lineage.wide('high_x') ~ ' * ((2 * number + 1) * height - low_y)',
                label_lineage.wide('high_y - low_y')
            ) }} as {{ dbt.type_bigint() }}) as position
        from (
            {{ label_lineage.number_rows(
                '(' ~ label_lineage.polygon_sides(leaves, n_lines) ~ ') as sides',
                label_lineage.whole_quotient('low_y + height - 1', '2 * height'),
                label_lineage.whole_quotient('high_y + height - 1', '2 * height') ~ ' - 1',
                ['feature_number', 'n_leaves', 'leaf_number', 'height', 'low_x', 'low_y', 'high_x', 'high_y']
            ) }}
        ) as sides_on_lines
    ) as crossings
{% endmacro %}


{#- The sides of polygons, lower end first, as whole numbers from the feature's lowest corner; flat sides meet no line. -#}
{% macro polygon_sides(leaves, n_lines) %}
    select
        feature_number,
        n_leaves,
        leaf_number,
        height,
        case when y <= next_y then x else next_x end as low_x,
        case when y <= next_y then next_x else x end as high_x,
        {{ 2 * n_lines }} * case when y <= next_y then y else next_y end as low_y,
        {{ 2 * n_lines }} * case when y <= next_y then next_y else y end as high_y
    from (
        select
            feature_number,
            n_leaves,
            leaf_number,
            height,
            x,
            y,
            coalesce(lead(x) over (partition by feature_number, leaf_number order by place), first_value(x) over (partition by feature_number, leaf_number order by place)) as next_x,
            coalesce(lead(y) over (partition by feature_number, leaf_number order by place), first_value(y) over (partition by feature_number, leaf_number order by place)) as next_y
        from (
            select
                feature_number,
                n_leaves,
                leaf_number,
                place,
                x - min(x) over (partition by feature_number) as x,
                y - min(y) over (partition by feature_number) as y,
                max(y) over (partition by feature_number) - min(y) over (partition by feature_number) as height
            from (
                select
                    feature_number,
                    n_leaves,
                    leaf_number,
                    place,
                    number as x,
                    lead(number) over (partition by feature_number, leaf_number order by place) as y
                from (
                    select feature_number, n_leaves, leaf_number, place, {{ label_lineage.millionths('item') }} as number
                    from (
                        {{ label_lineage.split_rows(leaves, label_lineage.numbers_of('label'), ',', ['feature_number', 'n_leaves', 'leaf_number']) }}
                    ) as texts
                ) as numbers
            ) as halves
            where mod(place, 2) = 1
        ) as points
    ) as corners
    where y <> next_y
{% endmacro %}
