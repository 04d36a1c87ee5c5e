{#-
  A vote on each tag: whoever gives it is for it, whoever gives others is against. A tag is kept with
  more votes for than against; an even count goes by the tie rule (`largest` keeps it, `smallest` drops
  it, `latest` does as the newest leaf). The decision's votes are those of the least certain tag, so
  that agreement and margin are asked of every tag.
-#}
{% macro rule_tags_majority_vote(votes, leaves, policies) %}
    {%- set bigint = dbt.type_bigint() %}
    with voters as (
        select
            *,
            {{ label_lineage.utc_text('effective_at') }} || node_id as age
        from {{ leaves }}
        where consolidation = 'majority_vote' and kind = 'tags'
    ),

    totals as (
        select
            dataset,
            version_number,
            feature_id,
            ties,
            sum(weight) as total_votes,
            max({{ label_lineage.text_order('age') }}) as newest
        from voters
        group by dataset, version_number, feature_id, ties
    ),

    tags as (
        select
            dataset,
            version_number,
            feature_id,
            item as tag,
            sum(weight) as n_for,
            max({{ label_lineage.text_order('age') }}) as newest
        from (
            {{ label_lineage.json_array_rows('voters', 'label', ['dataset', 'version_number', 'feature_id', 'weight', 'age']) }}
        ) as tagged
        group by dataset, version_number, feature_id, item
    ),

    decisions as (
        select
            totals.dataset,
            totals.version_number,
            totals.feature_id,
            totals.ties,
            totals.total_votes,
            tags.tag,
            tags.n_for,
            case when 2 * tags.n_for < totals.total_votes then totals.total_votes - tags.n_for else tags.n_for end as n_deciding,
            2 * tags.n_for = totals.total_votes as is_even,
            2 * tags.n_for > totals.total_votes
            or (2 * tags.n_for = totals.total_votes and (totals.ties = 'largest' or (totals.ties = 'latest' and tags.newest = totals.newest))) as is_kept
        from totals
        left join tags
            on totals.dataset = tags.dataset
            and totals.version_number = tags.version_number
            and totals.feature_id = tags.feature_id
    ),

    counted as (
        select
            dataset,
            version_number,
            feature_id,
            coalesce({{ label_lineage.list_agg('case when is_kept then tag end') }}, {{ label_lineage.empty_list() }}) as kept_tags,
            cast(coalesce(min(n_deciding), max(total_votes)) as {{ bigint }}) as n_votes,
            cast(max(total_votes) as {{ bigint }}) as total_votes,
            max(case when ties = 'queue' and is_even then 1 else 0 end) = 1 as is_tied,
            {{ label_lineage.json_counts('tag', 'n_for') }} as label_distribution
        from decisions
        group by dataset, version_number, feature_id
    )

    select
        dataset,
        version_number,
        feature_id,
        {{ label_lineage.list_json('kept_tags') }} as label,
        n_votes,
        total_votes - n_votes as n_runner_up,
        total_votes,
        is_tied,
        label_distribution
    from counted
{% endmacro %}
