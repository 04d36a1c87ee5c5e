{#- part / whole of whole numbers that are not negative, however long, rounded down; NULL for a whole of 0. -#}
{% macro whole_quotient(part, whole) %}
    {{- adapter.dispatch('whole_quotient', 'label_lineage')(part, whole) -}}
{% endmacro %}


{#- What is left is taken away first, so that no engine's rounding of quotients matters. -#}
{% macro default__whole_quotient(part, whole) -%}
    cast(({{ part }} - mod({{ part }}, nullif({{ whole }}, 0))) / nullif({{ whole }}, 0) as decimal(38, 0))
{%- endmacro %}


{#- There / gives a float. -#}
{% macro duckdb__whole_quotient(part, whole) -%}
    (({{ part }}) // nullif({{ whole }}, 0))
{%- endmacro %}


{#- A quotient has 38 decimals, so that of numbers with as many digits is never rounded up to the next whole number. -#}
{% macro bigquery__whole_quotient(part, whole) -%}
    cast(
        regexp_extract(cast(cast({{ part }} as bignumeric) / cast(nullif({{ whole }}, 0) as bignumeric) as string), '^[0-9]+')
        as bignumeric
    )
{%- endmacro %}
