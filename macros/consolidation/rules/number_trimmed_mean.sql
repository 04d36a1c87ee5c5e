{#-
  The mean without the lowest and highest votes: from each end the share `trim` of all, rounded down to
  whole votes, as scipy.stats.trim_mean does.
-#}
{% macro rule_number_trimmed_mean(votes, leaves, policies) %}
    {%- set sums %}
            select
                dataset,
                version_number,
                feature_id,
                sum(n_kept * billionths) as numerator,
                sum(n_kept) as denominator
            from (
                select
                    *,
                    -- What is left of a number's votes between both cuts.
                    greatest(
                        0,
                        least(votes_through, total_votes - n_cut) - greatest(votes_through - n_votes, n_cut)
                    ) as n_kept
                from (
                    select
                        numbers.*,
                        {{ label_lineage.whole_quotient('(numbers.total_votes * trims.trim_millionths)', '1000000') }} as n_cut
                    from (
                        {{ label_lineage.number_votes(votes, 'trimmed_mean') }}
                    ) as numbers
                    inner join (
                        select
                            dataset,
                            version_number,
                            cast(max(cast({{ label_lineage.json_value('policy', 'trim') }} as {{ label_lineage.type_decimal(7, 6) }})) * 1000000 as {{ dbt.type_bigint() }}) as trim_millionths
                        from {{ leaves }}
                        where consolidation = 'trimmed_mean' and kind = 'number'
                        group by dataset, version_number
                    ) as trims
                        on numbers.dataset = trims.dataset and numbers.version_number = trims.version_number
                ) as cut
            ) as kept
            group by dataset, version_number, feature_id
    {%- endset %}
    {{ label_lineage.number_result(sums) }}
{% endmacro %}
