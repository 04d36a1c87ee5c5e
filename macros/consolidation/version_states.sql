{#-
  The steps from a set of versions to the outcome of each feature that they touch. The models
  int_touched_features, int_leaves and int_outcomes take them for the versions that are due; the
  test frozen_versions_can_be_recomputed and `verify` take the same for every version ever frozen.
  Between the second and the third, policies that estimate annotators take the steps of estimation/.
-#}

{#- A version's policy, stored as JSON, as columns. -#}
{% macro policy_columns(policy) %}
    {{ label_lineage.json_value(policy, 'kind') }} as kind,
    {{ label_lineage.json_value(policy, 'consolidation') }} as consolidation,
    {{ label_lineage.json_value(policy, 'weight') }} as weight_rule,
    {{ label_lineage.json_value(policy, 'ties') }} as ties,
    cast({{ label_lineage.json_value(policy, 'min_labels') }} as {{ dbt.type_int() }}) as min_labels,
    cast({{ label_lineage.json_value(policy, 'min_agreement') }} as decimal(7, 6)) as min_agreement,
    cast(coalesce({{ label_lineage.json_value(policy, 'min_margin') }}, '0') as decimal(7, 6)) as min_margin,
    coalesce({{ label_lineage.json_value(policy, 'repeats') }}, 'all') as repeats,
    cast(coalesce({{ label_lineage.json_value(policy, 'iterations') }}, '0') as {{ dbt.type_int() }}) as iterations,
    cast(coalesce({{ label_lineage.json_value(policy, 'posterior_digits') }}, '3') as {{ dbt.type_int() }}) as posterior_digits
{%- endmacro %}


{#-
  Step 1. Features with a label that became effective in a version's window; all, where the policy is new or
  estimates: one new answer changes what is thought of its annotator, and so of every feature.
-#}
{% macro touched_features(versions, ledger, policies) %}
    {%- set estimates = label_lineage.any_estimate(policies) -%}
    {%- set is_new = 'ledger.effective_at > versions.previous_as_of' -%}
    {%- set n_parents = label_lineage.list_size('ledger.parent_ids') -%}
    select
        versions.dataset,
        versions.task,
        versions.version_number,
        ledger.feature_id,
        min(ledger.split_group) as first_split_group,
        max(ledger.split_group) as last_split_group,
        count(case when {{ is_new }} then 1 end) as n_new,
        count(case when {{ is_new }} and ledger.effective_at > ledger.recorded_at then 1 end) as n_late,
        count(case when {{ is_new }} and ledger.label is null then 1 end) as n_retractions,
        count(case when {{ is_new }} and {{ n_parents }} > 1 then 1 end) as n_merges,
        count(case when {{ is_new }} and {{ n_parents }} = 1 then 1 end) as n_corrections,
        {% if estimates -%}
        count(case when {{ is_new }} or versions.is_policy_new then 1 end) = 0 as is_only_estimated,
        {% else -%}
        false as is_only_estimated,
        {% endif -%}
        max(versions.as_of) as as_of
    from {{ versions }} as versions
    inner join {{ ledger }} as ledger
        on versions.task = ledger.task
        and ledger.effective_at <= versions.as_of
        and (versions.is_policy_new or ledger.effective_at > versions.previous_as_of{{ ' or ' ~ label_lineage.is_estimated('versions') if estimates }})
    group by versions.dataset, versions.task, versions.version_number, ledger.feature_id
{% endmacro %}


{#-
  Step 2. The labels that count at each version's cutoff: effective, and not superseded yet. (A child
  is effective before its parent only if the parent came late; the parent then never counts.) The
  versions themselves are joined only where a rule or weight in use depends on the policy: joined
  before the features, they would multiply the ledger.
-#}
{% macro leaves(touched, versions, ledger, edges, children, lineage, policies) %}
    {%- set needs_lineage = label_lineage.any_policy(policies, 'weight', ['attention', 'independent_roots']) %}
    {%- set needs_spelling = label_lineage.any_policy(policies, 'kind', label_lineage.kinds_of_many_spellings()) %}
    {%- set has_repeats = label_lineage.any_policy(policies | selectattr('repeats', 'defined') | list, 'repeats', ['last']) %}
    {%- set needs_policy = needs_lineage or needs_spelling or has_repeats or label_lineage.any_policy(policies, 'consolidation', ['all_labels']) %}
    {%- set label = label_lineage.canonical_label('ledger.label', 'versions.kind', policies) if needs_spelling else 'ledger.label' %}
    {%- set is_leaf = '(children.first_child_at is null or children.first_child_at > touched.as_of' ~ (" or versions.consolidation = 'all_labels'" if needs_policy else '') ~ ')' %}
    {%- if has_repeats %}
    select dataset, version_number, feature_id, node_id, label, annotator_id, is_human_consolidation, weight, effective_at
    from (
    {%- endif %}
    select
        touched.dataset,
        touched.version_number,
        touched.feature_id,
        ledger.node_id,
        {{ label }} as label,
        ledger.annotator_id,
        {{ label_lineage.list_size('ledger.parent_ids') }} > 1 and not ledger.is_model as is_human_consolidation,
        {% if needs_lineage -%}
        {{ label_lineage.leaf_weight() }} as weight,
        {% else -%}
        cast(1 as {{ dbt.type_bigint() }}) as weight,
        {% endif -%}
        {% if has_repeats -%}
        {{ label_lineage.place_of_word('versions.repeats', 'touched.dataset, touched.version_number, touched.feature_id', 'ledger', 'children', is_leaf) }} as place,
        {{ is_leaf }} as is_leaf,
        {% endif -%}
        ledger.effective_at
    from {{ touched }} as touched
    inner join {{ ledger }} as ledger
        on touched.task = ledger.task
        and touched.feature_id = ledger.feature_id
        and ledger.effective_at <= touched.as_of
    left join {{ children }} as children
        on ledger.node_id = children.parent_id
        and ledger.feature_id = children.feature_id
        and ledger.task = children.task
    {%- if needs_lineage %}
    left join {{ lineage }} as lineage on ledger.node_id = lineage.node_id
    left join (
        {{ label_lineage.lineage_at_cutoffs(touched, versions, ledger, edges) }}
    ) as lineage_then
        on touched.dataset = lineage_then.dataset
        and touched.version_number = lineage_then.version_number
        and ledger.node_id = lineage_then.node_id
    {%- endif %}
    {%- if needs_policy %}
    inner join {{ versions }} as versions
        on touched.dataset = versions.dataset
        and touched.version_number = versions.version_number
    {%- endif %}
    {%- if has_repeats %}
    where versions.repeats = 'last' or {{ is_leaf }}
    ) as repeated
    where place = 1 and is_leaf
    {%- else %}
    where {{ is_leaf }}
    {%- endif %}
{% endmacro %}


{#-
  Under `repeats` last the place of a label among those that its annotator gave the feature, the newest
  first, be it a leaf or not: those before it do not come back when somebody corrects or merges it. Nobody
  knows whose those without an annotator are. They go by the instant until which a label that came after its
  child could have counted, and of the same instant the leaf is the last word.
-#}
{% macro place_of_word(repeats, feature, nodes, children, is_leaf) -%}
    case
        when {{ repeats }} = 'last' and {{ nodes }}.label is not null and {{ nodes }}.annotator_id is not null then row_number() over (
            partition by {{ feature }}, {{ nodes }}.annotator_id, case when {{ nodes }}.label is null then 1 else 0 end
            order by
                least({{ nodes }}.effective_at, coalesce({{ children }}.first_child_at, {{ nodes }}.effective_at)) desc,
                case when {{ is_leaf }} then 0 else 1 end,
                {{ label_lineage.text_order(nodes ~ '.node_id') }} desc
        )
        else 1
    end
{%- endmacro %}


{#-
  How much a leaf counts, a whole number. `attention`: the people who had a hand in it, at least 1.
  `independent_roots`: who saw the parent gives no second opinion, so of the leaves that descend from the
  same roots and say the same the newest counts, once. Of other kinds than `class` hardly two say the same,
  and each would have a vote: there the newest counts alone, whatever the others say. Who takes a label back
  says nothing, and stands apart.
-#}
{% macro leaf_weight() %}
    case versions.weight_rule
        when 'attention' then greatest(1, coalesce(lineage_then.human_attention, lineage.human_attention, 1))
        when 'independent_roots' then
            case
                when row_number() over (
                    partition by
                        touched.dataset, touched.version_number, touched.feature_id,
                        case when versions.kind = 'class' or ledger.label is null then ledger.label else '' end,
                        {{ label_lineage.list_text('coalesce(lineage_then.root_ids, lineage.root_ids, ' ~ label_lineage.list_of('ledger.node_id') ~ ')') }}
                    order by ledger.effective_at desc, {{ label_lineage.text_order('ledger.node_id') }} desc
                ) = 1 then 1
                else 0
            end
        else 1
    end
{%- endmacro %}


{#-
  Step 3. One outcome for each feature that a version touches. A rule only sees features whose leaves
  disagree; where they agree there is nothing to decide. (Rules on the parts of a label see all: their
  distribution is about the parts.) It sees no leaf that weighs nothing. Of a dataset with an estimate, they see the votes that the estimate
  gives each feature.
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
            max(case when label is null then 0 else has_human_consolidation end) = 1 as has_human_consolidation
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
            versions.min_labels,
            versions.min_agreement,
            versions.min_margin,
            coalesce(decided.is_tied, false) as is_tied,
            coalesce(decided.label, per_feature.top_label) as label,
            coalesce(decided.total_votes, per_feature.total_votes) as total_votes,
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
                when n_labels < min_labels then 'no_quorum'
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


{#- What each outcome was made from: the leaves that say something or, where none does, those that took it back. -#}
{% macro evidence(leaves) %}
    select
        dataset,
        version_number,
        feature_id,
        coalesce(
            {{ label_lineage.list_agg('case when label is not null then node_id end') }},
            {{ label_lineage.list_agg('case when label is null then node_id end') }}
        ) as leaf_node_ids
    from {{ leaves }} as leaves
    group by dataset, version_number, feature_id
{% endmacro %}
