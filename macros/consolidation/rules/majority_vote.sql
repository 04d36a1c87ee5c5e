{#-
  Plurality: the label with most votes. A tie goes by the dataset's tie rule; under `queue` it stays open.
-#}
{% macro rule_majority_vote(votes, leaves, policies, rule='majority_vote') %}
    select
        dataset,
        version_number,
        feature_id,
        label,
        n_votes,
        n_runner_up,
        total_votes,
        ties = 'queue' and n_runner_up = n_votes as is_tied,
        cast(null as {{ dbt.type_string() }}) as label_distribution
    from (
        select
            *,
            sum(n_votes) over (partition by dataset, version_number, feature_id) as total_votes,
            lead(n_votes) over (partition by dataset, version_number, feature_id order by place) as n_runner_up
        from (
            select
                *,
                row_number() over (
                    partition by dataset, version_number, feature_id
                    order by
                        n_votes desc,
                        case when ties = 'latest' then {{ label_lineage.text_order('newest') }} end desc nulls last,
                        case when ties = 'largest' then {{ label_lineage.text_order('label') }} end desc nulls last,
                        {{ label_lineage.text_order('label') }}
                ) as place
            from {{ votes }}
            where consolidation = '{{ rule }}' and kind = 'class'
        ) as placed
    ) as ranked
    where place = 1
{% endmacro %}
