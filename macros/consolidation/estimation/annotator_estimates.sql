{#-
  Step 2b, second half: what is thought of each annotator as of each cutoff. Rows of three sorts:
  with a given and a true label, a cell of a confusion matrix; with a true label alone, how common that
  class is; with neither, how reliable the annotator is.
-#}
{% macro annotator_estimates(answers, policies) %}
    {{- label_lineage.check_rounds(label_lineage.em_models(policies)) }}
    with cells as (
        select
            dataset,
            version_number,
            annotator_id,
            label,
            consolidation,
            iterations,
            cell_code,
            annotator_code,
            class_code,
            count(*) as n_answers
        from {{ answers }} as answers
        group by dataset, version_number, annotator_id, label, consolidation, iterations, cell_code, annotator_code, class_code
    ),

    judged as (
        {{ label_lineage.agreeing_answers(answers) }}
    ),

    parameters as (
        {% for rule, iterations in label_lineage.em_models(policies) -%}
        select * from (
            {{ label_lineage.em_rounds(answers, 'cells', rule, iterations) }}
        ) as model_{{ loop.index }}
        union all
        {% endfor -%}
        {#- No model at all: the columns without rows. -#}
        select
            0 as round,
            cell_code,
            class_code as block,
            {% for column in ['m', 'w', 'l'] -%}
            {{ label_lineage.per_class('cast(null as ' ~ label_lineage.type_double() ~ ') as ' ~ column ~ '#') }}{{ ',' if not loop.last }}
            {% endfor -%}
        from {{ answers }} as answers
        where 1 = 0
    ),

    true_classes as (
        select
            parameters.cell_code,
            parameters.block + places.place as class_code,
            case places.place {% for place in range(4) %}when {{ place }} then parameters.m{{ place }} {% endfor %}end as expected,
            case places.place {% for place in range(4) %}when {{ place }} then parameters.w{{ place }} {% endfor %}end as probability,
            case places.place {% for place in range(4) %}when {{ place }} then parameters.l{{ place }} {% endfor %}end as log_probability
        from parameters
        cross join ({% for place in range(4) %}select {{ place }} as place{{ ' union all ' if not loop.last }}{% endfor %}) as places
    ),

    classes as (
        select distinct dataset, version_number, class_code, label from cells
        where class_code is not null
    ),

    confusion as (
        select
            cells.dataset,
            cells.version_number,
            cells.annotator_id,
            classes.label as true_label,
            cells.label as given_label,
            cells.cell_code,
            cells.annotator_code,
            true_classes.class_code,
            cells.class_code as given_code,
            true_classes.expected,
            true_classes.probability,
            true_classes.log_probability
        from true_classes
        inner join cells on true_classes.cell_code = cells.cell_code
        inner join classes
            on cells.dataset = classes.dataset
            and cells.version_number = classes.version_number
            and true_classes.class_code = classes.class_code
        where true_classes.log_probability > -1e15
    ),

    -- Under a model, the expected number of right answers; else the answers that agree with the votes.
    reliability as (
        select
            confusion.dataset,
            confusion.version_number,
            confusion.annotator_id,
            confusion.annotator_code,
            sum(confusion.expected) as expected,
            cast(floor(1e6 * sum(case when confusion.class_code = confusion.given_code then confusion.expected else 0e0 end) / sum(confusion.expected) + 5e-1) as {{ dbt.type_bigint() }}) as millionths
        from confusion
        where confusion.given_label is not null
        group by confusion.dataset, confusion.version_number, confusion.annotator_id, confusion.annotator_code
        union all
        select
            dataset,
            version_number,
            annotator_id,
            annotator_code,
            cast(sum(n_answers) as {{ label_lineage.type_double() }}) * 1e8 as expected,
            case
                -- Laplace's rule of succession: who answered once is not yet perfect or hopeless.
                when max(consolidation) <> 'wawa' then cast(floor(1e6 * (sum(n_agreeing) + 1) / (cast(sum(n_answers) as {{ label_lineage.type_double() }}) + 2) + 5e-1) as {{ dbt.type_bigint() }})
                else cast(floor(1e6 * sum(n_agreeing) / cast(sum(n_answers) as {{ label_lineage.type_double() }}) + 5e-1) as {{ dbt.type_bigint() }})
            end as millionths
        from judged
        group by dataset, version_number, annotator_id, annotator_code
    ),

    estimates as (
        select
            dataset, version_number, annotator_id, true_label, given_label, cell_code, annotator_code, class_code, expected, log_probability,
            cast(floor(1e6 * probability + 5e-1) as {{ dbt.type_bigint() }}) as millionths
        from confusion
        union all
        select
            dataset,
            version_number,
            annotator_id,
            cast(null as {{ dbt.type_string() }}) as true_label,
            cast(null as {{ dbt.type_string() }}) as given_label,
            cast(null as {{ dbt.type_bigint() }}) as cell_code,
            annotator_code,
            cast(null as {{ dbt.type_bigint() }}) as class_code,
            expected,
            cast(null as {{ label_lineage.type_double() }}) as log_probability,
            millionths
        from reliability
    )

    select
        dataset,
        version_number,
        nullif(annotator_id, '') as annotator_id,
        true_label,
        given_label,
        {{ label_lineage.share('millionths', '1000000') }} as probability,
        cast({{ label_lineage.divide_rounded('cast(floor(expected / 1e5 + 5e-1) as ' ~ dbt.type_bigint() ~ ')', '1000', 3) }} as {{ label_lineage.type_decimal(18, 3) }}) as n_expected,
        cell_code,
        annotator_code,
        class_code,
        cast(log_probability as {{ dbt.type_bigint() }}) as log_probability
    from estimates
{% endmacro %}


{#-
  How many answers of each annotator agree with most votes of their feature. Where several labels have as many votes,
  nobody can be said to agree, and the feature is left out; under wawa the smallest label counts, as in crowd-kit.
-#}
{% macro agreeing_answers(answers) %}
    {%- set is_judged = "(winners.n_alike = 1 or votes.consolidation = 'wawa')" %}
    select
        votes.dataset,
        votes.version_number,
        votes.annotator_id,
        votes.annotator_code,
        votes.consolidation,
        count(case when {{ is_judged }} then 1 end) as n_answers,
        count(case when {{ is_judged }} and winners.class_code = votes.class_code then 1 end) as n_agreeing
    from {{ answers }} as votes
    inner join (
        select
            feature_code,
            class_code,
            row_number() over (partition by feature_code order by n_votes desc, label_order) as place,
            count(*) over (partition by feature_code, n_votes) as n_alike
        from (
            select feature_code, class_code, min({{ label_lineage.text_order('label') }}) as label_order, count(*) as n_votes
            from {{ answers }} as counted
            where class_code is not null and iterations = 0
            group by feature_code, class_code
        ) as counts
    ) as winners
        on votes.feature_code = winners.feature_code and winners.place = 1
    where votes.class_code is not null and votes.iterations = 0
    group by votes.dataset, votes.version_number, votes.annotator_id, votes.annotator_code, votes.consolidation
{%- endmacro %}
