{#-
  The Borda count: an item gets a point from a leaf for each other that it stands before. Items that a
  leaf does not name share the places behind those it names, half a point for each pair of them. Points
  are counted double, so that they stay whole. Items with equal points go by the tie rule: `latest`
  orders them as the newest leaf does.

  The decision's votes: (1 + r) / 2 of all, with r the mean of Spearman's correlation between each leaf
  and the result, which is what Borda's order makes greatest. With a item's place turned into
  a = m + 1 - 2 * place, the sum of a * a over m items is m (m * m - 1) / 3. Of one item there is no other
  order: all are for it. Votes of long rankings would be too large to be multiplied, so more than a billion
  of them are counted in as large a unit as leaves about that many.
-#}
{% macro rule_ranking_majority_vote(votes, leaves, policies) %}
    {%- set text, bigint = dbt.type_string(), dbt.type_bigint() -%}
    {%- set feature = 'dataset, version_number, feature_id' %}
    with voters as (
        select
            *,
            {{ label_lineage.list_size(label_lineage.json_texts('label')) }} as n_named,
            row_number() over (
                partition by {{ feature }}
                order by {{ label_lineage.text_order(label_lineage.utc_text('effective_at') ~ ' || node_id') }} desc
            ) as age
        from {{ leaves }}
        where consolidation = 'majority_vote' and kind = 'ranking'
    ),

    items as (
        select
            {{ feature }},
            ties,
            item,
            -- Against the mean of the unnamed: how far before it the item stands, and how often it is named.
            sum(weight * (n_named + 1 - 2 * place)) as lead_of_named,
            sum(weight) as n_named,
            sum(case when place = 1 then weight else 0 end) as n_firsts,
            min(case when age = 1 then place end) as newest_place
        from (
            {{ label_lineage.json_array_rows('voters', 'label', ['dataset', 'version_number', 'feature_id', 'ties', 'weight', 'n_named', 'age']) }}
        ) as named
        group by {{ feature }}, ties, item
    ),

    sized as (
        select
            *,
            count(*) over (partition by {{ feature }}) as n_items,
            sum(n_firsts) over (partition by {{ feature }}) as n_voters,
            sum(n_named) over (partition by {{ feature }}) as n_names
        from items
    ),

    scored as (
        select
            *,
            n_voters * (n_items - 1) - n_names + lead_of_named + n_items * n_named as points
        from sized
    ),

    placed as (
        select
            *,
            row_number() over (
                partition by {{ feature }}
                order by
                    points desc,
                    case when ties = 'latest' then newest_place end nulls last,
                    case when ties = 'largest' then {{ label_lineage.text_order('item') }} end desc nulls last,
                    {{ label_lineage.text_order('item') }}
            ) as place
        from scored
    ),

    compared as (
        select
            *,
            coalesce(lead(points) over (partition by {{ feature }} order by place) = points, false) as is_even,
            case when n_items = 1 then n_voters else n_voters * n_items * (n_items * n_items - 1) end as half_of_all,
            case when n_items = 1 then n_voters else 3 * (n_items + 1 - 2 * place) * (points - n_voters * (n_items - 1)) end as correlation
        from placed
    ),

    counted as (
        select
            {{ feature }},
            '[' || {{ label_lineage.text_agg(label_lineage.json_quote('item'), ',', 'place') }} || ']' as label,
            max(half_of_all) as half_of_all,
            sum(correlation) as correlation,
            1 + {{ label_lineage.whole_quotient('max(half_of_all)', '1000000000') }} as unit,
            max(case when ties = 'queue' and is_even then 1 else 0 end) = 1 as is_tied,
            '{' || {{ label_lineage.text_agg(label_lineage.json_quote('item') ~ " || ': ' || cast(points as " ~ text ~ ")", ', ', label_lineage.text_order('item')) }} || '}' as label_distribution
        from compared
        group by {{ feature }}
    )

    select
        {{ feature }},
        label,
        cast({{ label_lineage.whole_quotient('(half_of_all + correlation)', 'unit') }} as {{ bigint }}) as n_votes,
        cast({{ label_lineage.whole_quotient('(half_of_all - correlation)', 'unit') }} as {{ bigint }}) as n_runner_up,
        cast({{ label_lineage.whole_quotient('(2 * half_of_all)', 'unit') }} as {{ bigint }}) as total_votes,
        is_tied,
        label_distribution
    from counted
{% endmacro %}
