{#-
  A vote on each pixel, by weight. No mask is ever spread out into pixels: where a mask begins and ends
  is an edge, and between two edges all pixels have the same votes. An empty mask votes like any other.

  Votes are counted on the pixels that some leaf calls object, for there are few of them and background
  would drown them: n_votes are those that agree with the result. Pixels with as many votes for object
  as for background are background under the tie rule `smallest`, object under `largest`, what the newest
  leaf says under `latest`; under `queue` one such pixel leaves the feature to a human.
-#}
{% macro rule_mask_majority_vote(votes, leaves, policies) %}
    {%- set sweep = label_lineage.sweep_order(['feature_number'], 'position') -%}
    {%- set asks_newest = label_lineage.any_policy(policies, 'ties', ['latest']) -%}
    {%- set columns = ['feature_number', 'leaf_number', 'weight', 'total_weight', 'ties'] %}
    with numbered as (
        {{ label_lineage.numbered_leaves(leaves, 'majority_vote', 'mask') }}
    ),

    masks as (
        {{ label_lineage.masks_of('numbered') }}
    ),

    comparable as (
        select *, cast(sum(weight) over (partition by feature_number) as {{ dbt.type_bigint() }}) as total_weight
        from masks
        where is_comparable
    ),

    edges as (
        {{ label_lineage.mask_edges('comparable', columns) }}
    ),

    steps as (
        select
            feature_number,
            ties,
            total_weight,
            position,
            {% if asks_newest -%}
            cast(sum(case when leaf_number = 0 then step else 0 end) as {{ dbt.type_bigint() }}) as newest_step,
            {% endif -%}
            cast(sum(step * weight) as {{ dbt.type_bigint() }}) as step
        from edges
        group by feature_number, ties, total_weight, position
    ),

    -- Votes for object from this edge to the next.
    swept as (
        select
            *,
            {% if asks_newest -%}
            sum(newest_step) over ({{ sweep }} rows between unbounded preceding and current row) as newest,
            {% endif -%}
            cast(sum(step) over ({{ sweep }} rows between unbounded preceding and current row) as {{ dbt.type_bigint() }}) as n_votes
        from steps
    ),

    voted as (
        select
            feature_number,
            total_weight,
            position,
            n_votes,
            n_votes - step as n_votes_before,
            {{ label_lineage.pixel_vote('n_votes', 'newest' if asks_newest else '0') }} as is_object,
            {{ label_lineage.pixel_vote('n_votes - step', 'newest - newest_step' if asks_newest else '0') }} as was_object
        from swept
    ),

    -- Pixels times votes, stretch by stretch: each edge adds what ends there and takes off what begins.
    agreements as (
        select
            feature_number,
            sum(position * (
                {{ label_lineage.agreeing_votes('n_votes_before', 'was_object') }} - {{ label_lineage.agreeing_votes('n_votes', 'is_object') }}
            )) as n_votes,
            sum(position * total_weight * (case when n_votes_before > 0 then 1 else 0 end - case when n_votes > 0 then 1 else 0 end)) as total_votes,
            max(case when 2 * n_votes = total_weight then 1 else 0 end) as has_tied_pixels
        from voted
        group by feature_number
    ),

    turns as (
        select
            feature_number,
            position,
            position - lag(position, 1, cast(0 as {{ dbt.type_bigint() }})) over (partition by feature_number order by position) as run
        from voted
        where is_object <> was_object
    ),

    runs as (
        select
            feature_number,
            max(position) as last_position,
            {{ label_lineage.text_agg('cast(run as ' ~ dbt.type_string() ~ ')', ',', 'position') }} as counts
        from turns
        group by feature_number
    ),

    features as (
        select distinct feature_number, dataset, version_number, feature_id, ties, height, width, n_pixels, total_weight
        from comparable
    )

    select
        features.dataset,
        features.version_number,
        features.feature_id,
        '{"size":[' || cast(features.height as {{ dbt.type_string() }}) || ',' || cast(features.width as {{ dbt.type_string() }}) || '],"counts":['
        || coalesce(runs.counts, '')
        || case when runs.last_position < features.n_pixels then ',' else '' end
        || case when coalesce(runs.last_position, 0) < features.n_pixels then cast(features.n_pixels - coalesce(runs.last_position, 0) as {{ dbt.type_string() }}) else '' end
        || ']}' as label,
        case when agreements.total_votes > 0 then agreements.n_votes else features.total_weight end as n_votes,
        coalesce(agreements.total_votes - agreements.n_votes, 0) as n_runner_up,
        case when agreements.total_votes > 0 then agreements.total_votes else features.total_weight end as total_votes,
        features.ties = 'queue' and coalesce(agreements.has_tied_pixels, 0) = 1 as is_tied,
        cast(null as {{ dbt.type_string() }}) as label_distribution
    from features
    left join agreements on features.feature_number = agreements.feature_number
    left join runs on features.feature_number = runs.feature_number
    union all
    {{ label_lineage.incomparable_masks('masks') }}
{% endmacro %}


{#- Whether pixels with so many votes are object (1) or background (0), by the feature's weight and tie rule. -#}
{% macro pixel_vote(n_votes, newest) -%}
    case
        when 2 * ({{ n_votes }}) <> total_weight then case when 2 * ({{ n_votes }}) > total_weight then 1 else 0 end
        when ties = 'largest' then 1
        when ties = 'latest' then {{ newest }}
        else 0
    end
{%- endmacro %}


{#- How many of the votes agree with what a pixel became, where any is for object. -#}
{% macro agreeing_votes(n_votes, is_object) -%}
    case when {{ n_votes }} = 0 then 0 when {{ is_object }} = 1 then {{ n_votes }} else total_weight - {{ n_votes }} end
{%- endmacro %}
