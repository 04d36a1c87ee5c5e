{#-
  Step 2b, first half. The leaves of the datasets whose rule or weight estimates annotators, numbered:
  the estimate reads them many times, and numbers join faster than texts. Each feature has one row more,
  without a label: the model takes it for an answer too, from which it learns how common each class is.
  What a person has settled by a merge, and nobody says otherwise, needs no estimate and is left out.

  Most features have one or two answers by few people, so many have the same answers from the same people,
  and the model sees them once, with their number. Up to three numbers are known from the least, the
  greatest and the sum; a feature with more answers stands for itself.
-#}
{% macro answers(leaves, versions, policies) %}
    with labelled as (
        select
            leaves.dataset,
            leaves.version_number,
            leaves.feature_id,
            coalesce(leaves.annotator_id, '') as annotator_id,
            leaves.label,
            leaves.is_human_consolidation,
            versions.consolidation,
            versions.iterations,
            versions.posterior_digits
        from {{ leaves }} as leaves
        inner join {{ versions }} as versions
            on leaves.dataset = versions.dataset
            and leaves.version_number = versions.version_number
        where leaves.label is not null
            and {{ label_lineage.is_estimated('versions') if label_lineage.any_estimate(policies) else '1 = 0' }}
    ),

    features as (
        select
            *,
            row_number() over (order by dataset, version_number, feature_id) as feature_code
        from (
            select dataset, version_number, feature_id, consolidation, iterations, posterior_digits, count(*) as n_answers
            from labelled
            group by dataset, version_number, feature_id, consolidation, iterations, posterior_digits
            having min(label) <> max(label) or max(case when is_human_consolidation then 1 else 0 end) = 0
        ) as counted
    ),

    answered as (
        select labelled.*, features.feature_code, features.n_answers
        from labelled
        inner join features
            on labelled.dataset = features.dataset
            and labelled.version_number = features.version_number
            and labelled.feature_id = features.feature_id
    ),

    cells as (
        select
            *,
            row_number() over (order by dataset, version_number, annotator_id, label) as cell_code,
            dense_rank() over (order by dataset, version_number, annotator_id) as annotator_code,
            dense_rank() over (partition by dataset, version_number order by {{ label_lineage.text_order('label') }}) - 1 as class_code
        from (select distinct dataset, version_number, annotator_id, label from answered) as named
    ),

    priors as (
        select dataset, version_number, 0 - row_number() over (order by dataset, version_number) as prior_code
        from (select distinct dataset, version_number from features) as estimated
    ),

    numbered as (
        select
            answered.*,
            cells.cell_code,
            cells.annotator_code,
            cells.class_code
        from answered
        inner join cells
            on answered.dataset = cells.dataset
            and answered.version_number = cells.version_number
            and answered.annotator_id = cells.annotator_id
            and answered.label = cells.label
        union all
        select
            features.dataset,
            features.version_number,
            features.feature_id,
            cast(null as {{ dbt.type_string() }}) as annotator_id,
            cast(null as {{ dbt.type_string() }}) as label,
            cast(null as {{ dbt.type_boolean() }}) as is_human_consolidation,
            features.consolidation,
            features.iterations,
            features.posterior_digits,
            features.feature_code,
            features.n_answers,
            priors.prior_code as cell_code,
            priors.prior_code as annotator_code,
            cast(null as {{ dbt.type_bigint() }}) as class_code
        from features
        inner join priors
            on features.dataset = priors.dataset
            and features.version_number = priors.version_number
    ),

    answer_sets as (
        select
            feature_code,
            min(feature_code) over (partition by n_answers, first_cell, last_cell, cell_sum) as set_code,
            count(*) over (partition by n_answers, first_cell, last_cell, cell_sum) as n_alike
        from (
            select
                feature_code,
                n_answers,
                min(cell_code) as first_cell,
                max(cell_code) as last_cell,
                sum(cell_code) as cell_sum
            from numbered
            where class_code is not null and n_answers <= 3
            group by feature_code, n_answers
        ) as features
    )

    select
        numbered.dataset,
        numbered.version_number,
        numbered.feature_id,
        numbered.annotator_id,
        numbered.label,
        numbered.consolidation,
        numbered.iterations,
        numbered.posterior_digits,
        numbered.n_answers,
        numbered.feature_code,
        coalesce(answer_sets.set_code, numbered.feature_code) as set_code,
        coalesce(answer_sets.n_alike, 1) as n_alike,
        numbered.cell_code,
        numbered.annotator_code,
        numbered.class_code,
        numbered.class_code - mod(numbered.class_code, 4) as class_block
    from numbered
    left join answer_sets on numbered.feature_code = answer_sets.feature_code
{% endmacro %}


{#-
  Pre-hook of the estimate: its sums, over features or over what one annotator answered, are whole numbers in
  64-bit floats, exact up to 2^53. More than `most` could pass that, and results would depend on the order of
  rows. (Labels without an annotator are all taken for one annotator's.)
-#}
{% macro check_estimable(answers, most=90000000) %}
    {%- if execute and label_lineage.any_estimate(label_lineage.policies_in_use()) -%}
        {%- set too_many = run_query(
            "select dataset, count(*) as n_rows, max(annotator_code) as largest_code from " ~ answers
            ~ " group by dataset, version_number, annotator_code having count(*) > " ~ most ~ " order by 1, 2 desc limit 1"
        ).rows -%}
        {%- if too_many -%}
            {{ label_lineage.refuse("the dataset '" ~ too_many[0][0] ~ "' has " ~ too_many[0][1] ~ (" features" if too_many[0][2] | int < 0 else " labels by one annotator or without one") ~ ", and annotators can be estimated exactly over " ~ most ~ " at most; divide its task, or use majority_vote with another weight") }}
        {%- endif -%}
    {%- endif -%}
    {%- do return('') -%}
{% endmacro %}
