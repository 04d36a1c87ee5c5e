{#- The newest leaf wins, by effective time and then by node_id. Its votes are those that agree with it. -#}
{% macro rule_latest(votes, leaves, policies) %}
    select
        dataset,
        version_number,
        feature_id,
        label,
        n_votes,
        cast(null as {{ dbt.type_bigint() }}) as n_runner_up,
        total_votes,
        false as is_tied,
        cast(null as {{ dbt.type_string() }}) as label_distribution
    from (
        select
            *,
            sum(n_votes) over (partition by dataset, version_number, feature_id) as total_votes,
            row_number() over (partition by dataset, version_number, feature_id order by {{ label_lineage.text_order('newest') }} desc) as place
        from {{ votes }}
        where consolidation = 'latest'
    ) as ranked
    where place = 1
{% endmacro %}
