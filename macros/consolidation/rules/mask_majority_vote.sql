{#-
  A vote on each pixel, by weight. No mask is ever spread out into pixels: where a mask begins and ends
  is an edge, and between two edges all pixels have the same votes. An empty mask votes like any other.

  Votes are counted on the pixels that some leaf calls object, for there are few of them and background
  would drown them: n_votes are those that agree with the result. Pixels with as many votes for object
  as for background are background under the tie rule `smallest`, object under `largest`, what the newest
  leaf says under `latest`; under `queue` one such pixel leaves the feature to a human.
-#}
{% macro rule_mask_majority_vote(votes, leaves, policies) %}
    with numbered as (
        {{ label_lineage.numbered_leaves(leaves, 'majority_vote', 'mask') }}
    ),

    masks as (
        {{ label_lineage.masks_of('numbered') }}
    ),

    comparable as (
        select * from masks
        where is_comparable
    ),

    features as (
        select
            feature_number,
            dataset,
            version_number,
            feature_id,
            ties,
            height,
            width,
            height * width as n_pixels,
            cast(sum(weight) as {{ dbt.type_bigint() }}) as weight
        from comparable
        group by feature_number, dataset, version_number, feature_id, ties, height, width
    ),

    edges as (
        {{ label_lineage.mask_edges('comparable') }}
    ),

    steps as (
        select
            feature_number,
            position,
            cast(sum(step * weight) as {{ dbt.type_bigint() }}) as step,
            cast(sum(case when leaf_number = 0 then step else 0 end) as {{ dbt.type_bigint() }}) as newest_step
        from edges
        group by feature_number, position
    ),

    stretches as (
        select
            feature_number,
            position,
            lead(position) over (partition by feature_number order by position) - position as length,
            cast(sum(step) over (partition by feature_number order by position rows between unbounded preceding and current row) as {{ dbt.type_bigint() }}) as n_votes,
            sum(newest_step) over (partition by feature_number order by position rows between unbounded preceding and current row) as newest
        from steps
    ),

    -- The last edge is the end of the mask: nothing follows it.
    voted as (
        select
            stretches.feature_number,
            stretches.position,
            stretches.length,
            stretches.n_votes,
            features.weight,
            case
                when stretches.length is null then 0
                when 2 * stretches.n_votes > features.weight then 1
                when 2 * stretches.n_votes < features.weight then 0
                when features.ties = 'largest' then 1
                when features.ties = 'latest' then stretches.newest
                else 0
            end as is_object
        from stretches
        inner join features on stretches.feature_number = features.feature_number
    ),

    agreements as (
        select
            feature_number,
            sum(length * case when is_object = 1 then n_votes else weight - n_votes end) as n_votes,
            sum(length * weight) as total_votes,
            max(case when 2 * n_votes = weight then 1 else 0 end) as has_tied_pixels
        from voted
        where n_votes > 0 and length > 0
        group by feature_number
    ),

    turns as (
        select
            feature_number,
            position,
            position - lag(position, 1, cast(0 as {{ dbt.type_bigint() }})) over (partition by feature_number order by position) as run
        from (
            select
                feature_number,
                position,
                is_object,
                lag(is_object, 1, 0) over (partition by feature_number order by position) as was_object
            from voted
        ) as compared
        where is_object <> was_object
    ),

    runs as (
        select
            feature_number,
            max(position) as last_position,
            {{ label_lineage.text_agg('cast(run as ' ~ dbt.type_string() ~ ')', ',', 'position') }} as counts
        from turns
        group by feature_number
    )

    select
        features.dataset,
        features.version_number,
        features.feature_id,
        '{"size":[' || cast(features.height as {{ dbt.type_string() }}) || ',' || cast(features.width as {{ dbt.type_string() }}) || '],"counts":['
        || coalesce(runs.counts, '')
        || case when runs.counts is not null and runs.last_position < features.n_pixels then ',' else '' end
        || case when coalesce(runs.last_position, 0) < features.n_pixels then cast(features.n_pixels - coalesce(runs.last_position, 0) as {{ dbt.type_string() }}) else '' end
        || ']}' as label,
        coalesce(agreements.n_votes, features.weight) as n_votes,
        coalesce(agreements.total_votes - agreements.n_votes, 0) as n_runner_up,
        coalesce(agreements.total_votes, features.weight) as total_votes,
        features.ties = 'queue' and coalesce(agreements.has_tied_pixels, 0) = 1 as is_tied,
        cast(null as {{ dbt.type_string() }}) as label_distribution
    from features
    left join agreements on features.feature_number = agreements.feature_number
    left join runs on features.feature_number = runs.feature_number
    union all
    {{ label_lineage.incomparable_masks('masks') }}
{% endmacro %}
