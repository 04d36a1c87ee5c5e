{#-
  The weighted median: the number at which half of the votes is reached (Cormen et al., Introduction to
  Algorithms, problem 9-2). Where it is reached exactly, the mean of that number and the next, so that
  equal votes give the usual median.
-#}
{% macro rule_number_median(votes, leaves, policies) %}
    {%- set is_middle = 'n_votes > 0 and 2 * votes_through >= total_votes and 2 * (votes_through - n_votes) <= total_votes' -%}
    {%- set sums %}
            select
                dataset,
                version_number,
                feature_id,
                min(case when {{ is_middle }} then billionths end) + max(case when {{ is_middle }} then billionths end) as numerator,
                2 as denominator
            from (
                {{ label_lineage.number_votes(votes, 'median') }}
            ) as numbers
            group by dataset, version_number, feature_id
    {%- endset %}
    {{ label_lineage.number_result(sums) }}
{% endmacro %}
