{#-
  Plurality: the label with most votes. A tie goes by the dataset's tie rule; under `queue` it stays open.
  Nearly all features have two or three different labels. Their distribution is put together without an
  order, which takes a fraction of the time; those with more are left to the ordered aggregate.
-#}
{% macro rule_majority_vote(votes, leaves, policies, rule='majority_vote') %}
    {%- set asks_newest = label_lineage.any_policy(policies, 'ties', ['latest']) -%}
    {%- set is_top = 'n_votes = top_votes' -%}
    {%- set first_at_top = label_lineage.text_min('case when ' ~ is_top ~ ' then label end') -%}
    {%- set is_tied = 'count(case when ' ~ is_top ~ ' then 1 end) > 1' -%}
    {%- set member = label_lineage.json_count('label', 'n_votes') %}
    select
        dataset,
        version_number,
        feature_id,
        case max(ties)
            {% if asks_newest -%}
            -- An estimate may prefer a label that no leaf has.
            when 'latest' then coalesce(max(case when {{ label_lineage.text_order('newest') }} = newest_at_top then label end), {{ first_at_top }})
            {% endif -%}
            when 'largest' then {{ label_lineage.text_max('case when ' ~ is_top ~ ' then label end') }}
            else {{ first_at_top }}
        end as label,
        max(top_votes) as n_votes,
        case when {{ is_tied }} then max(top_votes) else max(case when n_votes < top_votes then n_votes end) end as n_runner_up,
        sum(n_votes) as total_votes,
        max(ties) = 'queue' and {{ is_tied }} as is_tied,
        case
            when max(n_different) <= 3 then '{' || max(case when label = first_label then {{ member }} end)
                || coalesce(', ' || max(case when label <> first_label and label <> last_label then {{ member }} end), '')
                || coalesce(', ' || max(case when label <> first_label and label = last_label then {{ member }} end), '') || '}'
        end as label_distribution
    from (
        select
            *
            {%- if asks_newest %},
            max(case when {{ is_top }} then {{ label_lineage.text_order('newest') }} end) over (partition by dataset, version_number, feature_id) as newest_at_top
            {%- endif %}
        from {{ votes }}
        where consolidation = '{{ rule }}' and kind = 'class'
    ) as compared
    group by dataset, version_number, feature_id
{% endmacro %}
