{#-
  The end of every rule on numbers: from one row per feature with a whole `numerator` and `denominator`
  in billionths to what a rule gives. The quotient is rounded half away from zero to nine decimals. They
  count no votes, so there is no share of them; without a vote there is no number, and a human decides.
-#}
{% macro number_result(sums) %}
    select
        dataset,
        version_number,
        feature_id,
        {{ label_lineage.number_text('billionths') }} as label,
        cast(null as {{ dbt.type_bigint() }}) as n_votes,
        cast(null as {{ dbt.type_bigint() }}) as n_runner_up,
        cast(null as {{ dbt.type_bigint() }}) as total_votes,
        billionths is null as is_tied,
        cast(null as {{ dbt.type_string() }}) as label_distribution
    from (
        select
            *,
            sign_of_mean * {{ label_lineage.whole_quotient('(2 * sign_of_mean * numerator + denominator)', '(2 * denominator)') }} as billionths
        from (
            select *, case when numerator < 0 then -1 else 1 end as sign_of_mean
            from (
                {{ sums }}
            ) as sums
        ) as signed
    ) as quotients
{% endmacro %}


{#- The votes of a rule on numbers in the order of their values: how many each has, through which it reaches, and all. -#}
{% macro number_votes(votes, rule) %}
    select
        *,
        sum(n_votes) over (
            partition by dataset, version_number, feature_id
            order by billionths
            rows between unbounded preceding and current row
        ) as votes_through,
        sum(n_votes) over (partition by dataset, version_number, feature_id) as total_votes
    from (
        select dataset, version_number, feature_id, n_votes, {{ label_lineage.billionths('label') }} as billionths
        from {{ votes }}
        where consolidation = '{{ rule }}' and kind = 'number'
    ) as read_numbers
{% endmacro %}
