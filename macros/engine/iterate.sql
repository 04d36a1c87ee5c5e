{#-
  A query that takes a step again and again: `start`, then `step`, in which `__previous__` stands for the
  rows of the round before. Gives the rows of round `rounds`, of which the first is `start`. Both must
  count the rounds in a column `round`: 1 in `start`, one more in each step.
-#}
{% macro iterate(start, step, rounds) %}
    {{- adapter.dispatch('iterate', 'label_lineage')(start, step, rounds) -}}
{% endmacro %}


{#- Each round reads the one before it once, because some engines work out a CTE anew for each place that names it. -#}
{% macro default__iterate(start, step, rounds) %}
    with round_1 as (
        {{ start }}
    )
    {%- for number in range(2, rounds + 1) %},

    round_{{ number }} as (
        {{ step | replace('__previous__', 'round_' ~ (number - 1)) }}
    )
    {%- endfor %}

    select * from round_{{ rounds }}
{% endmacro %}


{#- As a loop. Written out, the plan would be as deep as the rounds are many, and the planner would lose count of rows. -#}
{% macro duckdb__iterate(start, step, rounds) %}
    with recursive rounds as (
        select * from (
            {{ start }}
        ) as first_round
        union all
        select * from (
            {{ step | replace('__previous__', '(select * from rounds where round < ' ~ rounds ~ ')') }}
        ) as next_round
        -- A step may make rows of its own; without a round before them there is nothing to go on from.
        where round between 2 and {{ rounds }}
    )

    select * from rounds
    where round = {{ rounds }}
{% endmacro %}


{% macro postgres__iterate(start, step, rounds) %}
    {{- label_lineage.duckdb__iterate(start, step, rounds) -}}
{% endmacro %}
