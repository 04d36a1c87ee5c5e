{#-
  What an estimate says of each feature and label: votes in millionths, rounded to the policy's digits, so
  that a row is not frozen anew for a change that nobody would look at. The likeliest label is there also
  where it rounds to nothing. Features with the same answers are worked out once.
-#}
{% macro estimated_votes(answers, estimates) %}
    with parameters as (
        select
            1 as round,
            cell_code,
            class_code - mod(class_code, 4) as block,
            {{ label_lineage.per_class('coalesce(max(case when mod(class_code, 4) = # then cast(log_probability as ' ~ label_lineage.type_double() ~ ') end), -1e15) as l#') }}
        from {{ estimates }} as estimates
        where log_probability is not null
        group by cell_code, class_code - mod(class_code, 4)
    ),

    posteriors as (
        {{ label_lineage.em_posteriors('(select * from ' ~ answers ~ ' where iterations > 0 and feature_code = set_code)', 'parameters') }}
    ),

    shares as (
        select
            posteriors.feature_code,
            posteriors.block + places.place as class_code,
            case places.place {% for place in range(4) %}when {{ place }} then posteriors.p{{ place }} {% endfor %}end / 1e8 as share
        from posteriors
        cross join ({% for place in range(4) %}select {{ place }} as place{{ ' union all ' if not loop.last }}{% endfor %}) as places
        union all
        select
            feature_code,
            class_code,
            weight / sum(weight) over (partition by feature_code) as share
        from (
            select
                answers.feature_code,
                answers.class_code,
                sum(greatest(1e0, cast(estimates.probability * 1000000 as {{ label_lineage.type_double() }}))) as weight
            from {{ answers }} as answers
            inner join {{ estimates }} as estimates
                on answers.annotator_code = estimates.annotator_code
                and estimates.true_label is null
            where answers.iterations = 0 and answers.class_code is not null and answers.feature_code = answers.set_code
            group by answers.feature_code, answers.class_code
        ) as weighed
    ),

    features as (
        select
            dataset,
            version_number,
            feature_id,
            feature_code,
            set_code,
            case posterior_digits {% for digits in range(1, 7) %}when {{ digits }} then {{ 10 ** (6 - digits) }} {% endfor %}end as unit
        from {{ answers }} as answers
        where class_code is null
    ),

    classes as (
        select distinct dataset, version_number, class_code, label from {{ answers }} as answers
        where class_code is not null
    ),

    rounded as (
        select
            shares.feature_code as set_code,
            shares.class_code,
            cast(floor(shares.share * 1e6 / features.unit + 5e-1) as {{ dbt.type_bigint() }}) * features.unit as n_votes,
            row_number() over (partition by shares.feature_code order by shares.share desc, shares.class_code) as place
        from shares
        inner join features on shares.feature_code = features.feature_code
        where shares.share > 0e0
    )

    select
        features.dataset,
        features.version_number,
        features.feature_id,
        classes.label,
        rounded.n_votes
    from rounded
    inner join features on rounded.set_code = features.set_code
    inner join classes
        on features.dataset = classes.dataset
        and features.version_number = classes.version_number
        and rounded.class_code = classes.class_code
    where rounded.n_votes > 0 or rounded.place = 1
{% endmacro %}
