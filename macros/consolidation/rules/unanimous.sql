{#- All leaves must agree. Rules only see features whose leaves disagree, so every one is left open. -#}
{% macro rule_unanimous(votes, leaves) %}
    select dataset, version_number, feature_id, max(label) as label, max(n_votes) as n_votes, true as is_tied
    from {{ votes }}
    where consolidation = 'unanimous'
    group by dataset, version_number, feature_id
{% endmacro %}
