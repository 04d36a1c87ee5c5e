{#-
  At the head of each dataset, a feature with a label that counts is either in the data or in the
  review queue, exactly once; one whose labels were all retracted is in neither. What counts is read
  from the ledger: leaves, which have no children, or every node under the baseline `all_labels`.
-#}
{% test one_outcome_per_feature(model, queue, ledger, children, datasets) %}
{%- set has_repeats = label_lineage.any_policy(label_lineage.policies_in_use() | selectattr('repeats', 'defined') | list, 'repeats', ['last']) %}
{%- set is_leaf = 'children.parent_id is null' %}

with counted as (
    select
        datasets.dataset,
        ledger.feature_id,
        case
            when ledger.label is null then 0
            when {{ is_leaf }} or {{ label_lineage.json_value('datasets.policy', 'consolidation') }} = 'all_labels' then 1
            else 0
        end as is_counted,
        {%- if has_repeats %}
        {{ label_lineage.place_of_word(label_lineage.json_value('datasets.policy', 'repeats'), 'datasets.dataset, ledger.feature_id', 'ledger', 'children', is_leaf) }} as place
        {%- else %}
        1 as place
        {%- endif %}
    from {{ datasets }} as datasets
    inner join {{ ledger }} as ledger on datasets.task = ledger.task
    left join {{ children }} as children
        on ledger.node_id = children.parent_id
        and ledger.feature_id = children.feature_id
        and ledger.task = children.task
),

expected as (
    -- Of a policy that takes the last word of a person, those before it are none.
    select dataset, feature_id, max(case when place = 1 then is_counted else 0 end) as n_outcomes from counted
    group by dataset, feature_id
),

found as (
    select dataset, feature_id, count(*) as n_outcomes
    from (
        select dataset, feature_id from {{ model }} where version = 'latest'
        union all
        select dataset, feature_id from {{ queue }} where not has_label
    ) as outcomes
    -- A dataset that is no longer declared keeps its rows but gets no new ones.
    where dataset in (select dataset from {{ datasets }})
    group by dataset, feature_id
)

select
    {{ label_lineage.literal(model) }} as table_name,
    coalesce(expected.dataset, found.dataset) as dataset,
    'latest' as version,
    coalesce(expected.feature_id, found.feature_id) as feature_id,
    expected.n_outcomes as n_expected,
    coalesce(found.n_outcomes, 0) as n_found
from expected
full outer join found on expected.dataset = found.dataset and expected.feature_id = found.feature_id
where coalesce(expected.n_outcomes, 0) <> coalesce(found.n_outcomes, 0)

{% endtest %}
