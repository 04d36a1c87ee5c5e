{#- All leaves must agree. Rules only see features whose leaves disagree, so every one is left open. -#}
{% macro rule_unanimous(votes, leaves, policies) %}
    select
        dataset,
        version_number,
        feature_id,
        max(label) as label,
        max(n_votes) as n_votes,
        cast(null as {{ dbt.type_bigint() }}) as n_runner_up,
        sum(n_votes) as total_votes,
        true as is_tied,
        cast(null as {{ dbt.type_string() }}) as label_distribution
    from {{ votes }}
    where consolidation = 'unanimous'
    group by dataset, version_number, feature_id
{% endmacro %}
