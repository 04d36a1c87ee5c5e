{#-
  The leaf that is nearest to all, as a rule's result. Each leaf gets a similarity from every leaf, itself
  included, times that leaf's weight; were all similarities 0 or 1, this would be the majority vote. Two
  leaves as near as each other are a tie, unless they are the same.

  `leaves` are numbered_leaves, `similarities` one row per ordered pair of a feature's leaves, in millionths.
-#}
{% macro nearest_leaf(leaves, similarities) %}
    with near as (
        select
            pairs.feature_number,
            pairs.leaf_number,
            sum(pairs.similarity * others.weight) as n_votes,
            1000000 * sum(others.weight) as total_votes
        from {{ similarities }} as pairs
        inner join {{ leaves }} as others
            on pairs.feature_number = others.feature_number and pairs.other_number = others.leaf_number
        group by pairs.feature_number, pairs.leaf_number
    ),

    ranked as (
        select
            leaves.*,
            near.n_votes,
            near.total_votes,
            row_number() over (
                partition by leaves.feature_number
                order by
                    near.n_votes desc,
                    case when leaves.ties = 'latest' then leaves.leaf_number end nulls last,
                    case when leaves.ties = 'largest' then {{ label_lineage.text_order('leaves.label') }} end desc nulls last,
                    {{ label_lineage.text_order('leaves.label') }},
                    leaves.leaf_number
            ) as place
        from {{ leaves }} as leaves
        inner join near
            on leaves.feature_number = near.feature_number and leaves.leaf_number = near.leaf_number
    ),

    runners_up as (
        select ranked.feature_number, max(near.n_votes) as n_votes
        from ranked
        inner join {{ similarities }} as pairs
            on ranked.feature_number = pairs.feature_number
            and ranked.leaf_number = pairs.leaf_number
            and pairs.similarity < 1000000
        inner join near
            on pairs.feature_number = near.feature_number and pairs.other_number = near.leaf_number
        where ranked.place = 1
        group by ranked.feature_number
    ),

    distributions as (
        {{ label_lineage.votes_of_leaves('ranked', label_lineage.whole_quotient('2000000 * n_votes + total_votes', '2 * total_votes')) }}
    )

    select
        ranked.dataset,
        ranked.version_number,
        ranked.feature_id,
        ranked.label,
        ranked.n_votes,
        runners_up.n_votes as n_runner_up,
        ranked.total_votes,
        ranked.ties = 'queue' and coalesce(runners_up.n_votes = ranked.n_votes, false) as is_tied,
        distributions.label_distribution
    from ranked
    inner join distributions on ranked.feature_number = distributions.feature_number
    left join runners_up on ranked.feature_number = runners_up.feature_number
    where ranked.place = 1
{% endmacro %}


{#- A number for each leaf of a feature as a JSON object of node ids: labels of these kinds are too long to be its keys. -#}
{% macro votes_of_leaves(leaves, number) %}
        select
            feature_number,
            '{' || {{ label_lineage.text_agg(
                label_lineage.json_quote('node_id') ~ " || ': ' || cast(" ~ number ~ " as " ~ dbt.type_string() ~ ")",
                ', ',
                label_lineage.text_order('node_id')
            ) }} || '}' as label_distribution
        from {{ leaves }}
        group by feature_number
{%- endmacro %}
