{#- The mean of the numbers, each counted as often as it has votes. -#}
{% macro rule_number_mean(votes, leaves, policies) %}
    {%- set sums %}
            select
                dataset,
                version_number,
                feature_id,
                sum(n_votes * billionths) as numerator,
                max(total_votes) as denominator
            from (
                {{ label_lineage.number_votes(votes, 'mean') }}
            ) as numbers
            group by dataset, version_number, feature_id
    {%- endset %}
    {{ label_lineage.number_result(sums) }}
{% endmacro %}
