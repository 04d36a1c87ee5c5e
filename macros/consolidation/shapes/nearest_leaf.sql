{#-
  The leaf that is nearest to all, as a rule's result. Each leaf gets a similarity from every leaf, itself
  included, times that leaf's weight; were all similarities 0 or 1, this would be the majority vote. Two
  leaves as near as each other are a tie, unless they are the same.

  `leaves` are numbered_leaves, `similarities` one row per ordered pair of a feature's leaves, in millionths
  and the same both ways, with the weights of both.
-#}
{% macro nearest_leaf(leaves, similarities) %}
    with compared as (
        select
            *,
            sum(similarity * weight) over (partition by feature_number, other_number) as other_votes
        from {{ similarities }}
    ),

    near as (
        select
            feature_number,
            leaf_number,
            sum(similarity * other_weight) as n_votes,
            1000000 * sum(other_weight) as total_votes,
            max(case when similarity < 1000000 then other_votes end) as n_runner_up
        from compared
        group by feature_number, leaf_number
    ),

    ranked as (
        select
            leaves.*,
            near.n_votes,
            near.total_votes,
            near.n_runner_up,
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
    )

    select
        dataset,
        version_number,
        feature_id,
        max(case when place = 1 then label end) as label,
        max(case when place = 1 then n_votes end) as n_votes,
        max(case when place = 1 then n_runner_up end) as n_runner_up,
        max(total_votes) as total_votes,
        max(case when place = 1 and ties = 'queue' and n_runner_up = n_votes then 1 else 0 end) = 1 as is_tied,
        {{ label_lineage.votes_of_leaves(label_lineage.whole_quotient('2000000 * n_votes + total_votes', '2 * total_votes')) }} as label_distribution
    from ranked
    group by dataset, version_number, feature_id
{% endmacro %}


{#- A number for each leaf of a feature as a JSON object of node ids: labels of these kinds are too long to be its keys. -#}
{% macro votes_of_leaves(number) -%}
    '{' || {{ label_lineage.text_agg(
        label_lineage.json_quote('node_id') ~ " || ': ' || cast(" ~ number ~ " as " ~ dbt.type_string() ~ ")",
        ', ',
        label_lineage.text_order('node_id')
    ) }} || '}'
{%- endmacro %}
