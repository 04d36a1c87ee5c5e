{#-
  Where nodes came from as it stood at a version's cutoff, for the few features in which that differs
  from today: a parent took effect after the cutoff, its child before. What was frozen must not depend
  on who came later. As if that parent had not arrived, the way up ends with it.
-#}
{% macro lineage_at_cutoffs(touched, versions, ledger, edges) %}
    with overtaken as (
        select distinct
            touched.dataset,
            touched.version_number,
            touched.feature_id,
            versions.task,
            versions.as_of
        from {{ touched }} as touched
        inner join {{ versions }} as versions
            on touched.dataset = versions.dataset
            and touched.version_number = versions.version_number
        inner join {{ edges }} as edges
            on versions.task = edges.task
            and touched.feature_id = edges.feature_id
            and edges.effective_at <= versions.as_of
        inner join {{ ledger }} as parents
            on edges.parent_id = parents.node_id
            and edges.feature_id = parents.feature_id
            and edges.task = parents.task
            and parents.effective_at > versions.as_of
        where versions.weight_rule in ('attention', 'independent_roots')
    ),

    edges_then as (
        select overtaken.dataset, overtaken.version_number, edges.feature_id, edges.child_id, edges.parent_id
        from overtaken
        inner join {{ edges }} as edges
            on overtaken.task = edges.task
            and overtaken.feature_id = edges.feature_id
            and edges.effective_at <= overtaken.as_of
    ),

    nodes_then as (
        select overtaken.dataset, overtaken.version_number, ledger.*
        from overtaken
        inner join {{ ledger }} as ledger
            on overtaken.task = ledger.task
            and overtaken.feature_id = ledger.feature_id
            and ledger.effective_at <= overtaken.as_of
    ),

    walked as (
        {{ label_lineage.walk_lineage('edges_then', 'nodes_then', ['dataset', 'version_number', 'feature_id']) }}
    )

    select * from walked
{% endmacro %}
