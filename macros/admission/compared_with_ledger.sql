{#- Raw rows with what the ledger already knows of each: its node, all that the row says, its parent. -#}
{% macro compared_with_ledger(raw, ledger) %}
    {%- set content = label_lineage.content_columns() %}
    select
        raw.*,
        known.node_id is not null as is_known_node,
        {{ label_lineage.row_digest(content | map('replace', '', 'raw.', 1) | list) }} = known.content_digest as is_known_content,
        raw.parent_id is null or {{ label_lineage.list_contains('known.parent_ids', 'raw.parent_id') }} as is_known_parent
    from {{ raw }} as raw
    left join (
        select
            node_id,
            parent_ids,
            {{ label_lineage.row_digest(content) }} as content_digest
        from {{ ledger }} as ledger
    ) as known on raw.node_id = known.node_id
{%- endmacro %}
