{#-
  The parent links of admitted nodes as earlier runs left them. The edge log follows the ledger; after
  a run that was killed between the two, the newest links stand in the ledger only.
-#}
{% macro ledger_links() %}
    {%- set edges = label_lineage.log_before('int_ledger_edges') -%}
    select child_id, parent_id, feature_id, task from {{ edges }} as edges
    union all
    select node_id as child_id, item as parent_id, feature_id, task
    from (
        {{ label_lineage.unnest_list(
            '(select * from ' ~ label_lineage.log_before('int_ledger') ~ ' as nodes where batch > (select coalesce(max(batch), 0) from ' ~ edges ~ ' as edges)) as ledger',
            'parent_ids', ['node_id', 'feature_id', 'task']
        ) }}
    ) as unnested
{% endmacro %}
