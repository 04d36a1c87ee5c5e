{#-
  A rule looks at the features whose leaves disagree. It takes `votes`, one row per (dataset,
  version_number, feature_id, label), and `leaves`, one row per label node with its annotator, and
  gives one row per feature: the label, its votes, and whether it is an open tie. A rule uses what it
  needs of the two.

  Plurality: the label with most votes. A tie goes by the dataset's tie rule; under `queue` it stays open.
-#}
{% macro rule_majority_vote(votes, leaves, rule='majority_vote') %}
    select dataset, version_number, feature_id, label, n_votes, ties = 'queue' and n_best > 1 as is_tied
    from (
        select
            *,
            sum(case when n_votes = best then 1 else 0 end) over (partition by dataset, version_number, feature_id) as n_best,
            row_number() over (
                partition by dataset, version_number, feature_id
                order by
                    n_votes desc,
                    case when ties = 'latest' then {{ label_lineage.text_order('newest') }} end desc nulls last,
                    case when ties = 'largest' then {{ label_lineage.text_order('label') }} end desc nulls last,
                    {{ label_lineage.text_order('label') }}
            ) as place
        from (
            select *, max(n_votes) over (partition by dataset, version_number, feature_id) as best
            from {{ votes }}
            where consolidation = '{{ rule }}'
        ) as with_best
    ) as ranked
    where place = 1
{% endmacro %}
