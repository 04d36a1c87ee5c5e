{#- What each outcome was made from: the leaves that say something or, where none does, those that took it back. -#}
{% macro evidence(leaves) %}
    select
        dataset,
        version_number,
        feature_id,
        coalesce(
            {{ label_lineage.list_agg('case when label is not null then node_id end') }},
            {{ label_lineage.list_agg('case when label is null then node_id end') }}
        ) as leaf_node_ids
    from {{ leaves }} as leaves
    group by dataset, version_number, feature_id
{% endmacro %}
