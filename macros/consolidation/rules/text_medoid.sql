{#-
  The text nearest to all others: the least sum of Levenshtein distances to the votes. Two texts alone
  are always equally near, so they go by the tie rule.
-#}
{% macro rule_text_medoid(votes, leaves, policies) %}
    select
        dataset,
        version_number,
        feature_id,
        label,
        cast(null as {{ dbt.type_bigint() }}) as n_votes,
        cast(null as {{ dbt.type_bigint() }}) as n_runner_up,
        cast(null as {{ dbt.type_bigint() }}) as total_votes,
        ties = 'queue' and coalesce(next_distance = distance, false) as is_tied,
        cast(null as {{ dbt.type_string() }}) as label_distribution
    from (
        select
            *,
            lead(distance) over (partition by dataset, version_number, feature_id order by place) as next_distance
        from (
            select
                *,
                row_number() over (
                    partition by dataset, version_number, feature_id
                    order by
                        distance,
                        case when ties = 'latest' then {{ label_lineage.text_order('newest') }} end desc nulls last,
                        case when ties = 'largest' then {{ label_lineage.text_order('label') }} end desc nulls last,
                        {{ label_lineage.text_order('label') }}
                ) as place
            from (
                select
                    texts.dataset,
                    texts.version_number,
                    texts.feature_id,
                    texts.label,
                    texts.ties,
                    texts.newest,
                    sum(others.n_votes * {{ label_lineage.edit_distance('texts.label', 'others.label') }}) as distance
                from {{ votes }} as texts
                inner join {{ votes }} as others
                    on texts.dataset = others.dataset
                    and texts.version_number = others.version_number
                    and texts.feature_id = others.feature_id
                where texts.consolidation = 'medoid' and texts.kind = 'text'
                group by texts.dataset, texts.version_number, texts.feature_id, texts.label, texts.ties, texts.newest
            ) as distances
        ) as placed
    ) as ranked
    where place = 1
{% endmacro %}
