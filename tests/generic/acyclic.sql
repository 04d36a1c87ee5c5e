{#-
  The lineage has no cycle. Proof without a walk: where every child lies deeper than its parent, no
  path comes back to where it began. That holds whoever computed the depths; wrong ones fail the test.
  A node without a depth of its own is a root, at depth 0.
-#}
{% test acyclic(model, child, parent, depths, node='node_id', depth='depth') %}

with edges as (
    select * from {{ model }}
)

select
    {{ label_lineage.literal(model) }} as table_name,
    edges.{{ child }},
    edges.{{ parent }},
    coalesce(children.{{ depth }}, 0) as child_depth,
    coalesce(parents.{{ depth }}, 0) as parent_depth
from edges
left join {{ depths }} as children on edges.{{ child }} = children.{{ node }}
left join {{ depths }} as parents on edges.{{ parent }} = parents.{{ node }}
where coalesce(children.{{ depth }}, 0) <= coalesce(parents.{{ depth }}, 0)

{% endtest %}
