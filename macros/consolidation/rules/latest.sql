{#- The newest leaf wins, by effective time and then by node_id. Its votes are those that agree with it. -#}
{% macro rule_latest(votes, leaves) %}
    select dataset, version_number, feature_id, label, n_votes, false as is_tied
    from (
        select
            *,
            row_number() over (partition by dataset, version_number, feature_id order by {{ label_lineage.text_order('newest') }} desc) as place
        from {{ votes }}
        where consolidation = 'latest'
    ) as ranked
    where place = 1
{% endmacro %}
