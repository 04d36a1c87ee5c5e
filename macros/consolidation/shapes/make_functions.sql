{#- on-run-start: makes the functions that rules call, where SQL alone cannot do what they do and a policy in use asks for one of them. -#}
{% macro make_functions() %}
    {{- adapter.dispatch('make_functions', 'label_lineage')() -}}
{% endmacro %}


{% macro default__make_functions() %}
{%- endmacro %}


{#-
  Only for what is built or tested here: before the first run the dataset may not be there. A temporary function would
  have to stand before a statement, where dbt lets a model put one, but, before 1.12, no data test and no command.
-#}
{% macro bigquery__make_functions() %}
    {%- if not execute or not label_lineage.any_policy(label_lineage.policies_in_use(), 'consolidation', ['box_fusion']) -%}{%- do return('') -%}{%- endif -%}
    {%- for name in selected_resources if name.split('.')[1] == 'label_lineage' -%}
        {%- if loop.first -%}{{ label_lineage.create_fusion_function() }}{%- endif -%}
    {%- endfor -%}
{% endmacro %}


{#- The function that fuses boxes on BigQuery, beside the logs. -#}
{% macro fusion_function() %}
    {%- if not execute -%}{%- do return('not_compiled') -%}{%- endif -%}
    {%- set ledger = graph.nodes['model.label_lineage.int_ledger'] -%}
    {%- do return(api.Relation.create(database=ledger.database, schema=ledger.schema, identifier='label_lineage_fuse_boxes')) -%}
{% endmacro %}


{#-
  Takes the boxes of a group in the order of their places, each a text of its score and corners, and `iou` in
  millionths; gives each fused box as a text of cluster, members, score and corners, as `fuse_boxes` does. All are
  counted as BigInt: a number of JavaScript is a float, in which an area would lose digits.
-#}
{% macro create_fusion_function() %}
create or replace function {{ label_lineage.fusion_function() }}(boxes array<string>, iou float64)
returns array<string>
deterministic
language js as r"""
  const corners = ["x1", "y1", "x2", "y2"];
  const least = (one, other) => one < other ? one : other;
  const greatest = (one, other) => one > other ? one : other;
  const area = box => greatest(0n, box.x2 - box.x1) * greatest(0n, box.y2 - box.y1);
  const shared_box = (one, other) => ({
    x1: greatest(one.x1, other.x1), y1: greatest(one.y1, other.y1), x2: least(one.x2, other.x2), y2: least(one.y2, other.y2)
  });

  const clusters = [];
  boxes.forEach((text, index) => {
    const [score, x1, y1, x2, y2] = text.split(" ").map(number => BigInt(number));
    const box = {x1, y1, x2, y2};

    // The fused box that it overlaps most, the older of equals.
    let best, most = -1n, fits = false;
    for (const cluster of clusters) {
      const shared = area(shared_box(cluster, box));
      const either = area(cluster) + area(box) - shared;
      const overlap = either > 0n ? 1000000000n * shared / either : 0n;
      if (overlap > most) {
        [best, most, fits] = [cluster, overlap, 1000000n * shared > BigInt(iou) * either];
      }
    }

    if (!fits) {
      best = {...box, score: 0n, members: [], sums: {x1: 0n, y1: 0n, x2: 0n, y2: 0n}};
      clusters.push(best);
    }
    best.members.push(index + 1);
    best.score += score;
    for (const corner of corners) {
      best.sums[corner] += box[corner] * score;
      // Boxes of score 0 move nothing, and among themselves the first stays.
      if (best.score > 0n) best[corner] = (2n * best.sums[corner] + best.score) / (2n * best.score);
    }
  });

  return clusters.map(fused =>
    [fused.members[0], fused.members.join(","), fused.score, ...corners.map(corner => fused[corner])].join(" ")
  );
"""
{% endmacro %}
