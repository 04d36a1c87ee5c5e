{#-
  The polygon that is nearest to all, by intersection over union of what they cover on 1,000 lines across
  the feature. Areas of intersections of polygons have no exact form in plain SQL; their widths on a line
  have, in whole numbers, whatever the unit of the coordinates. Inside is what an odd number of sides
  encloses, so a polygon that crosses itself has holes.
-#}
{% macro rule_polygon_medoid(votes, leaves, policies) %}
    with numbered as (
        {{ label_lineage.numbered_leaves(leaves, 'medoid', 'polygon') }}
    ),

    edges as (
        {{ label_lineage.polygon_edges('numbered') }}
    ),

    covered as (
        {{ label_lineage.overlaps('edges') }}
    ),

    pairs as (
        {{ label_lineage.similarities('numbered', 'covered', misses_small=true) }}
    )

    select * from (
        {{ label_lineage.nearest_leaf('numbered', 'pairs') }}
    ) as nearest
{% endmacro %}
