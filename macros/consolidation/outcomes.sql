{#-
  Step 3. One outcome for each feature that a version touches. A rule sees only features whose leaves
  disagree, and no leaf of weight 0. Rules on parts of a label see all features, because their
  distribution is about the parts. Datasets that estimate use the votes of the estimate.
-#}
{% macro outcomes(leaves, versions, policies, answers, estimates) %}
    {%- set has_estimates = label_lineage.any_estimate(policies) %}
    {%- set asks_newest = label_lineage.any_policy(policies, 'ties', ['latest']) or label_lineage.any_policy(policies, 'consolidation', ['latest']) %}
    {%- set newest = 'counted.newest' if asks_newest else 'cast(null as ' ~ dbt.type_string() ~ ')' %}
    {%- set bigint = dbt.type_bigint() %}
    {%- set undecided = 'case when decided.feature_id is null' %}
    with counted as (
        select
            dataset,
            version_number,
            feature_id,
            label,
            count(*) as n_leaves,
            cast(sum(weight) as {{ bigint }}) as n_votes,
            {%- if asks_newest %}
            max(case when weight > 0 then {{ label_lineage.text_order(label_lineage.utc_text('effective_at') ~ ' || node_id') }} end) as newest,
            {%- endif %}
            max(case when is_human_consolidation then 1 else 0 end) as has_human_consolidation
        from {{ leaves }} as leaves
        group by dataset, version_number, feature_id, label
    ),

    per_feature as (
        select
            dataset,
            version_number,
            feature_id,
            cast(sum(case when label is null then 0 else n_leaves end) as {{ bigint }}) as n_labels,
            -- What no vote is for is one of the labels, but decides nothing.
            {{ label_lineage.compared_votes('case when n_votes > 0 then label end', 'n_votes') }},
            {{ label_lineage.text_of_most('label', 'case when label is not null then n_votes end') }} as top_label,
            cast(sum(case when label is null then 0 else n_votes end) as {{ bigint }}) as total_votes,
            max(case when label is null then 0 else has_human_consolidation end) = 1 as has_human_consolidation,
            max(case when label is not null and n_votes > 0 then has_human_consolidation else 0 end) = 1 as has_merge_that_votes
        from counted
        group by dataset, version_number, feature_id
    ),

    -- Most features need no rule: their leaves agree, or votes are counted and one of two labels has more.
    undecided as (
        select
            per_feature.dataset,
            per_feature.version_number,
            per_feature.feature_id,
            versions.kind,
            versions.consolidation,
            versions.ties,
            versions.policy,
            per_feature.first_label,
            per_feature.last_label,
            per_feature.n_different,
            per_feature.top_votes
        from per_feature
        inner join {{ versions }} as versions
            on per_feature.dataset = versions.dataset
            and per_feature.version_number = versions.version_number
        where (
                (per_feature.first_label <> per_feature.last_label and not {{ label_lineage.is_won_by_count() }})
                {%- for rule, kind in label_lineage.rules_of_parts() %}
                or (versions.consolidation = '{{ rule }}' and versions.kind = '{{ kind }}' and per_feature.n_labels > 0)
                {%- endfor %}
            )
            {%- if has_estimates %}
            and not {{ label_lineage.is_estimated('versions') }}
            {%- endif %}
    ),

    contested as (
        select leaves.*, undecided.kind, undecided.consolidation, undecided.ties, undecided.policy
        from {{ leaves }} as leaves
        inner join undecided
            on leaves.dataset = undecided.dataset
            and leaves.version_number = undecided.version_number
            and leaves.feature_id = undecided.feature_id
        where leaves.label is not null and leaves.weight > 0
    ),
    {%- if has_estimates %}

    estimated as (
        {{ label_lineage.estimated_votes(answers, estimates) }}
    ),

    estimated_per_feature as (
        select
            dataset,
            version_number,
            feature_id,
            {{ label_lineage.compared_votes('label', 'n_votes') }}
        from estimated
        group by dataset, version_number, feature_id
    ),
    {%- endif %}

    votes as (
        select
            counted.dataset,
            counted.version_number,
            counted.feature_id,
            undecided.kind,
            undecided.consolidation,
            undecided.ties,
            undecided.first_label,
            undecided.last_label,
            undecided.n_different,
            undecided.top_votes,
            {{ newest }} as newest,
            counted.label,
            counted.n_votes
        from counted
        inner join undecided
            on counted.dataset = undecided.dataset
            and counted.version_number = undecided.version_number
            and counted.feature_id = undecided.feature_id
        where counted.label is not null and counted.n_votes > 0
        {%- if has_estimates %}
        union all
        select
            estimated.dataset,
            estimated.version_number,
            estimated.feature_id,
            versions.kind,
            versions.consolidation,
            versions.ties,
            compared.first_label,
            compared.last_label,
            compared.n_different,
            compared.top_votes,
            {{ newest }} as newest,
            estimated.label,
            estimated.n_votes
        from estimated
        inner join estimated_per_feature as compared
            on estimated.dataset = compared.dataset
            and estimated.version_number = compared.version_number
            and estimated.feature_id = compared.feature_id
        inner join {{ versions }} as versions
            on estimated.dataset = versions.dataset
            and estimated.version_number = versions.version_number
        {%- if asks_newest %}
        left join counted
            on estimated.dataset = counted.dataset
            and estimated.version_number = counted.version_number
            and estimated.feature_id = counted.feature_id
            and estimated.label = counted.label
        {%- endif %}
        {%- endif %}
    ),

    -- Where the rule does not say itself what else could be said.
    distributions as (
        select
            dataset,
            version_number,
            feature_id,
            {{ label_lineage.json_counts('label', 'n_votes') }} as label_distribution
        from votes
        where kind not in ('{{ label_lineage.kinds_of_shapes() | join("', '") }}')
            and (kind <> 'class' or consolidation in ('latest', 'unanimous') or n_different > 3)
        group by dataset, version_number, feature_id
    ),

    decided as (
        {% for rule, kind in label_lineage.rules_of(policies) -%}
        {% if not loop.first %}union all{% endif %}
        select * from (
            {{ label_lineage.decide(rule, kind, votes='votes', leaves='contested', policies=policies) }}
        ) as {{ rule }}_{{ kind }}
        {% endfor %}
    ),

    settled as (
        select
            per_feature.dataset,
            per_feature.version_number,
            per_feature.feature_id,
            per_feature.n_labels,
            per_feature.has_human_consolidation,
            per_feature.has_merge_that_votes and per_feature.n_different = 1 as is_confirmed_merge,
            versions.min_labels,
            versions.min_agreement,
            versions.min_margin,
            coalesce(decided.is_tied, false) as is_tied,
            coalesce(decided.label, per_feature.top_label) as label,
            {% if has_estimates -%}
            -- Shares of one, also where labels were too unlikely to be stored.
            case when decided.feature_id is not null and {{ label_lineage.is_estimated('versions') }} then 1000000 else coalesce(decided.total_votes, per_feature.total_votes) end as total_votes,
            {%- else -%}
            coalesce(decided.total_votes, per_feature.total_votes) as total_votes,
            {%- endif %}
            {{ undecided }} then per_feature.top_votes else decided.n_votes end as n_votes,
            {{ undecided }} then per_feature.total_votes - per_feature.top_votes else decided.n_runner_up end as n_runner_up,
            coalesce(
                decided.label_distribution,
                distributions.label_distribution,
                -- A mask is too long to be a key, and no two are the same.
                case when versions.kind in ('{{ label_lineage.kinds_of_shapes() | join("', '") }}') then '{}' end,
                '{' || {{ label_lineage.json_count('per_feature.first_label', label_lineage.votes_of_two('first_label')) }}
                    || case when per_feature.n_different > 1 then ', ' || {{ label_lineage.json_count('per_feature.last_label', label_lineage.votes_of_two('last_label')) }} else '' end || '}',
                '{}'
            ) as label_distribution
        from per_feature
        inner join {{ versions }} as versions
            on per_feature.dataset = versions.dataset
            and per_feature.version_number = versions.version_number
        left join decided
            on per_feature.dataset = decided.dataset
            and per_feature.version_number = decided.version_number
            and per_feature.feature_id = decided.feature_id
        left join distributions
            on per_feature.dataset = distributions.dataset
            and per_feature.version_number = distributions.version_number
            and per_feature.feature_id = distributions.feature_id
    ),

    judged as (
        select
            *,
            case
                when n_labels = 0 then 'retracted'
                when n_labels = 1 and has_human_consolidation then 'human'
                when n_labels < min_labels and not is_confirmed_merge then 'no_quorum'
                when is_tied then 'tie'
                when n_votes < min_agreement * total_votes then 'no_quorum'
                when n_votes - n_runner_up < min_margin * total_votes then 'no_quorum'
                when n_labels = 1 then 'single'
                else 'consensus'
            end as outcome
        from settled
    )

    select
        dataset,
        version_number,
        feature_id,
        -- Without a decision there is no label: the feature is in the queue or retracted.
        case when outcome in ('single', 'consensus', 'human') then label end as label,
        label_distribution,
        {{ label_lineage.share('n_votes', 'total_votes') }} as confidence,
        n_labels,
        outcome
    from judged
{% endmacro %}


{#- Two classes, and one has more votes: the count alone decides, by every rule that only counts. -#}
{% macro is_won_by_count() -%}
    (
        versions.kind = 'class' and versions.consolidation in ('{{ label_lineage.counting_rules() | join("', '") }}')
        and per_feature.n_different = 2 and 2 * per_feature.top_votes <> per_feature.total_votes
    )
{%- endmacro %}


{#- Votes for the first or the last label, where there is no third. -#}
{% macro votes_of_two(label) -%}
    case when per_feature.{{ label }} = per_feature.top_label then per_feature.top_votes else per_feature.total_votes - per_feature.top_votes end
{%- endmacro %}


{#- What the rules on classes compare: the first and the last of a feature's labels by their texts, how many different ones there are, and the most votes for one. -#}
{% macro compared_votes(label, n_votes) %}
            {{- label_lineage.text_min(label) }} as first_label,
            {{ label_lineage.text_max(label) }} as last_label,
            count({{ label }}) as n_different,
            max(case when {{ label }} is not null then {{ n_votes }} end) as top_votes
{%- endmacro %}
