{#-
  The objects of numbered leaves of kind boxes, with corners in millionths and `score` (millionths times
  the leaf's weight), in groups that can be fused apart: of one feature and class, cut along straight
  lines that no box crosses, four times across and along. A fused box lies within the boxes that it is
  made of, so it never meets a box of another group.

  `place` counts the boxes of a group from 1: highest score first, then the newest leaf, then the order
  within its label.
-#}
{% macro box_groups(leaves) %}
    {%- set object = ['feature_number', 'leaf_number', 'weight', 'place', 'class', 'score'] -%}
    {%- set cuts = [] %}
    with items as (
        {{ label_lineage.json_object_rows(leaves, 'label', ['feature_number', 'leaf_number', 'weight']) }}
    ),

    -- dbt-spark stops at a part that is not there, so a score is always found, if an empty one.
    read as (
        select
            feature_number,
            leaf_number,
            weight,
            place,
            {{ label_lineage.json_value('item', 'class') }} as class,
            {{ label_lineage.millionths("coalesce(nullif(" ~ dbt.split_part(dbt.split_part(dbt.split_part("item || '\"score\":'", "'\"score\":'", 2), "','", 1), "'}'", 1) ~ ", ''), '1')") }} * weight as score,
            {% for side in ['x', 'y', 'width', 'height'] -%}
            {{ label_lineage.millionths(dbt.split_part(label_lineage.numbers_under('item', 'bbox'), "','", loop.index)) }} as {{ side }}{{ ',' if not loop.last }}
            {% endfor %}
        from items
    ),

    cut_0 as (
        select
            {{ object | join(', ') }},
            min(x) over (partition by feature_number) as origin_x,
            min(y) over (partition by feature_number) as origin_y,
            x - min(x) over (partition by feature_number) as x1,
            y - min(y) over (partition by feature_number) as y1,
            x - min(x) over (partition by feature_number) + width as x2,
            y - min(y) over (partition by feature_number) + height as y2
        from read
    ),

    {% for axis in ['x', 'y', 'x', 'y'] -%}
    {%- set group = ['feature_number', 'class'] + cuts -%}
    cut_{{ loop.index }} as (
        select
            {{ object | join(', ') }}, origin_x, origin_y, x1, y1, x2, y2,
            {% for cut in cuts %}{{ cut }}, {% endfor -%}
            sum(is_apart) over (partition by {{ group | join(', ') }} order by {{ axis }}1, leaf_number, place rows between unbounded preceding and current row) as part_{{ loop.index }}
        from (
            select
                *,
                case
                    when {{ axis }}1 >= max({{ axis }}2) over (
                        partition by {{ group | join(', ') }}
                        order by {{ axis }}1, leaf_number, place
                        rows between unbounded preceding and 1 preceding
                    ) then 1
                    else 0
                end as is_apart
            from cut_{{ loop.index - 1 }}
        ) as seen
    ),

    {% do cuts.append('part_' ~ loop.index) -%}
    {%- endfor -%}
    grouped as (
        select
            *,
            dense_rank() over (order by feature_number, {{ label_lineage.text_order('class') }}, {{ cuts | join(', ') }}) as group_number
        from cut_4
    )

    select
        group_number,
        row_number() over (partition by group_number order by score desc, leaf_number, place) as place,
        count(*) over (partition by group_number) as n_boxes,
        feature_number,
        leaf_number,
        weight,
        class,
        origin_x,
        origin_y,
        {{ label_lineage.wide('score') }} as score,
        {{ label_lineage.wide('x1') }} as x1,
        {{ label_lineage.wide('y1') }} as y1,
        {{ label_lineage.wide('x2') }} as x2,
        {{ label_lineage.wide('y2') }} as y2
    from grouped
{% endmacro %}
