{#-
  The model of Dawid and Skene (1979): every feature has one true class; with class k, an annotator says l
  with a probability of their own. Expectation and maximisation take turns, a set number of times:

    posterior of class k   in proportion to  share(k) * product over the answers (a, l) of P(a says l | k)
    P(a says l | k)        sum of the posteriors of k where a said l / the same over all answers of a
    share(k)               mean of the posteriors of k

  It starts from the share of the votes. There is no smoothing: what was never seen together stays
  impossible, and only possible pairs are stored, so memory follows the answers and not features x classes.

  Four classes stand side by side in a row, a block: column # is class `block` + #. Few classes then cost
  one row a feature, and of many classes only blocks with a possible class have a row.

  Every number is a whole one in a 64-bit float: posteriors in units of 10^-8, logarithms of 10^-9,
  likelihoods of 10^-12. Sums of whole numbers below 2^53 are exact, so the order of rows does not matter;
  and besides them there are only + - * / and sqrt, which IEEE 754 rounds alike everywhere. The
  engines' own ln and exp differ in their last digits.
-#}

{#- Columns for each class of a block: `#` in the template is its place. -#}
{% macro per_class(template) -%}
    {%- set columns = [] -%}
    {%- for place in range(4) -%}{%- do columns.append(template | replace('#', place | string)) -%}{%- endfor -%}
    {{- columns | join(', ') -}}
{%- endmacro %}


{#- 1 + x / 1 (1 + x / 2 (1 + ...)), or any other polynomial: the coefficients from the highest power down. -#}
{% macro polynomial(x, coefficients) -%}
    {%- set sum = namespace(sql='%.17e' % coefficients[0]) -%}
    {%- for coefficient in coefficients[1:] -%}
        {%- set sum.sql = '(' ~ sum.sql ~ ' * ' ~ x ~ ' + ' ~ '%.17e' % coefficient ~ ')' -%}
    {%- endfor -%}
    {{- sum.sql -}}
{%- endmacro %}


{#- The answers to one model, from the numbered answers of all; of features with the same answers the first. -#}
{% macro answers_to(answers, rule, iterations) -%}
    (
        select feature_code, cell_code, class_code, class_block, n_answers, n_alike
        from {{ answers }}
        where consolidation = '{{ rule }}' and iterations = {{ iterations }} and feature_code = set_code
    )
{%- endmacro %}


{#- What there is to say in one model, from the cells of all: one row per annotator and label, and one per dataset version for the classes as such. -#}
{% macro cells_of(cells, rule, iterations) -%}
    (
        select cell_code, annotator_code, class_code, dataset, version_number, cast(n_answers as {{ label_lineage.type_double() }}) as n_answers
        from {{ cells }}
        where consolidation = '{{ rule }}' and iterations = {{ iterations }}
    )
{%- endmacro %}


{#- Posteriors to begin with: the share of the votes. -#}
{% macro vote_shares(answers) %}
    select
        1 as round,
        feature_code,
        class_block as block,
        {{ label_lineage.per_class('floor(cast(count(case when mod(class_code, 4) = # then 1 end) as ' ~ label_lineage.type_double() ~ ') * 1e8 / max(n_answers) + 5e-1) as p#') }}
    from {{ answers }} as answers
    where class_code is not null
    group by feature_code, class_block
{% endmacro %}


{#- Maximisation: what each annotator does in each class, as logarithms, by the posteriors. -#}
{% macro em_parameters(answers, cells, posteriors, rule) %}
    select
        round,
        cell_code,
        block,
        {{ label_lineage.per_class('m#') }},
        {{ label_lineage.per_class('w#') }},
        {#- ln w = 64 ln r = 128 artanh((r - 1) / (r + 1)) -#}
        {%- set odd = [] -%}
        {%- for power in range(19, 0, -2) -%}{%- do odd.append(1 / power) -%}{%- endfor -%}
        {%- set artanh = 'u# * ' ~ label_lineage.polynomial('(u# * u#)', odd) %}
        {{ label_lineage.per_class('case when w# > 0e0 then floor(1.28e11 * (' ~ artanh ~ ') + 5e-1) else -1e15 end as l#') }}
    from (
        select
            roots.*,
            {{ label_lineage.per_class('(r# - 1e0) / (r# + 1e0) as u#') }}
        from (
            select
                weighed.*,
                {{ label_lineage.per_class('sqrt(sqrt(sqrt(sqrt(sqrt(sqrt(w#)))))) as r#') }}
            from (
                {{ label_lineage.one_coin_weights(answers, cells, posteriors) if rule == 'one_coin_dawid_skene' else label_lineage.confusion_weights(answers, cells, posteriors) }}
                {{ label_lineage.evaluated_once() }}
            ) as weighed
            {{ label_lineage.evaluated_once() }}
        ) as roots
        {{ label_lineage.evaluated_once() }}
    ) as reduced
{% endmacro %}


{#- Expected number of answers of each cell (an annotator and what they say, or a feature as such) in each class. -#}
{% macro em_masses(answers, posteriors) %}
    select
        max(posteriors.round) as round,
        answers.cell_code,
        posteriors.block,
        {{ label_lineage.per_class('sum(posteriors.p# * answers.n_alike) as m#') }}
    from {{ answers }} as answers
    inner join (
        {{ posteriors }}
    ) as posteriors
        on answers.feature_code = posteriors.feature_code
    group by answers.cell_code, posteriors.block
{% endmacro %}


{#- A confusion matrix for each annotator. -#}
{% macro confusion_weights(answers, cells, posteriors) %}
    select
        masses.*,
        {{ label_lineage.per_class('
        case
            when cells.class_code is null then masses.m# / sum(masses.m0 + masses.m1 + masses.m2 + masses.m3) over (partition by cells.annotator_code)
            else masses.m# / nullif(sum(masses.m#) over (partition by cells.annotator_code, masses.block), 0e0)
        end as w#') }}
    from (
        {{ label_lineage.em_masses(answers, posteriors) }}
    ) as masses
    inner join {{ cells }} as cells on masses.cell_code = cells.cell_code
{% endmacro %}


{#-
  One number for each annotator, how often they are right; when wrong, they say every other class equally
  often. Like crowd-kit's, held within 10^-10 of 0 and 1, so that nobody is beyond doubt. Here every class
  is possible, so every cell has all blocks.
-#}
{% macro one_coin_weights(answers, cells, posteriors) %}
    select
        round,
        cell_code,
        block,
        {{ label_lineage.per_class('m#') }},
        {{ label_lineage.per_class('
        case
            when block + # >= n_classes then 0e0
            when class_code is null then m# / nullif(sum(m0 + m1 + m2 + m3) over (partition by annotator_code), 0e0)
            when class_code = block + # then greatest(least(skill, 1e0 - 1e-10), 1e-10)
            else greatest(least((1e0 - skill) / (n_classes - 1), 1e0 - 1e-10), 1e-10)
        end as w#') }}
    from (
        select
            *,
            max(known_round) over (partition by annotator_code) as round,
            sum(case class_code - block when 0 then m0 when 1 then m1 when 2 then m2 when 3 then m3 else 0e0 end) over (partition by annotator_code)
            / (1e8 * sum(case when block = 0 then n_answers end) over (partition by annotator_code)) as skill
        from (
            select
                cells.cell_code,
                cells.annotator_code,
                cells.class_code,
                cells.n_answers,
                masses.block,
                max(masses.round) as known_round,
                max(masses.n_classes) as n_classes,
                {{ label_lineage.per_class('sum(masses.m#) as m#') }}
            from (
                select round, cell_code, block, 0 as n_classes, {{ label_lineage.per_class('m#') }}
                from (
                    {{ label_lineage.em_masses(answers, posteriors) }}
                ) as known
                union all
                select 0 as round, cells.cell_code, classes.class_code as block, classes.n_classes, {{ label_lineage.per_class('0e0 as m#') }}
                from {{ cells }} as cells
                inner join (
                    select
                        dataset,
                        version_number,
                        class_code,
                        count(*) over (partition by dataset, version_number) as n_classes
                    from {{ cells }} as cells
                    where class_code is not null
                    group by dataset, version_number, class_code
                ) as classes
                    on cells.dataset = classes.dataset
                    and cells.version_number = classes.version_number
                    and mod(classes.class_code, 4) = 0
            ) as masses
            inner join {{ cells }} as cells on masses.cell_code = cells.cell_code
            group by cells.cell_code, cells.annotator_code, cells.class_code, cells.n_answers, masses.block
        ) as complete
    ) as skilled
{% endmacro %}


{#-
  Expectation: the posteriors of each feature, by the parameters. A block in which one of the answers has
  no row is impossible. e^x is the 64th power of e^(x/64); below e^-64 it is 0 anyway.
-#}
{% macro em_posteriors(answers, parameters) %}
    {%- set exponential = [1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1] %}
    select
        round,
        feature_code,
        block,
        {{ label_lineage.per_class('p#') }}
    from (
        select round, feature_code, block, {{ label_lineage.per_class('floor(1e8 * e# / total + 5e-1) as p#') }}
        from (
            select *, sum(e0 + e1 + e2 + e3) over (partition by feature_code) as total
            from (
                select round, feature_code, block, {{ label_lineage.per_class('floor(1e12 * (' ~ (['z#'] * 8) | join(' * ') ~ ') + 5e-1) as e#') }}
                from (
                    select round, feature_code, block, {{ label_lineage.per_class((['y#'] * 8) | join(' * ') ~ ' as z#') }}
                    from (
                        select round, feature_code, block, {{ label_lineage.per_class(label_lineage.polynomial('x#', exponential) ~ ' as y#') }}
                        from (
                            select round, feature_code, block, {{ label_lineage.per_class('greatest((s# - best) * 1.5625e-11, -1e0) as x#') }}
                            from (
                                select *, max(greatest(s0, s1, s2, s3)) over (partition by feature_code) as best
                                from (
                                    select
                                        max(parameters.round) as round,
                                        answers.feature_code,
                                        parameters.block,
                                        {{ label_lineage.per_class('sum(parameters.l#) as s#') }}
                                    from {{ answers }} as answers
                                    inner join {{ parameters }} as parameters on answers.cell_code = parameters.cell_code
                                    group by answers.feature_code, parameters.block
                                    -- Both tables are named, or DuckDB would group the answers by cell first, where nothing repeats.
                                    having count(*) = max(case when parameters.round > 0 then answers.n_answers end) + 1
                                ) as likelihoods
                                {{ label_lineage.evaluated_once() }}
                            ) as compared
                            {{ label_lineage.evaluated_once() }}
                        ) as shifted
                        {{ label_lineage.evaluated_once() }}
                    ) as roots
                    {{ label_lineage.evaluated_once() }}
                ) as powers
                {{ label_lineage.evaluated_once() }}
            ) as exponentials
            {{ label_lineage.evaluated_once() }}
        ) as totals
        {{ label_lineage.evaluated_once() }}
    ) as rounded
    where p0 + p1 + p2 + p3 > 0e0
{% endmacro %}


{#- All rounds of a model: its parameters after `iterations` - 1 of them, from which the last expectation follows. -#}
{% macro em_rounds(answers, cells, rule, iterations) %}
    {%- set mine = label_lineage.answers_to(answers, rule, iterations) -%}
    {%- set my_cells = label_lineage.cells_of(cells, rule, iterations) -%}
    {%- set start = label_lineage.em_parameters(mine, my_cells, label_lineage.vote_shares(mine), rule) -%}
    {%- set posteriors = label_lineage.em_posteriors(mine, '__previous__') -%}
    {%- set step = label_lineage.em_parameters(mine, my_cells, posteriors | replace('max(parameters.round) as round', 'max(parameters.round) + 1 as round'), rule) -%}
    {{- label_lineage.iterate(start, step, iterations) -}}
{% endmacro %}
