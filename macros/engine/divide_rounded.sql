{#- part / whole of whole numbers, rounded half up to `digits` decimals without a float; NULL for a whole of 0. -#}
{% macro divide_rounded(part, whole, digits) %}
    {{- adapter.dispatch('divide_rounded', 'label_lineage')(part, whole, digits) -}}
{% endmacro %}


{% macro default__divide_rounded(part, whole, digits) %}
    {{ label_lineage.unsupported('divide_rounded') }}
{% endmacro %}


{% macro duckdb__divide_rounded(part, whole, digits) -%}
    {%- set scale = 10 ** digits -%}
    cast(
        cast((2 * {{ scale }} * {{ part }} + {{ whole }}) // nullif(2 * {{ whole }}, 0) as decimal(24, 0))
        * {{ '%.*f' % (digits, 1 / scale) }} as decimal(18, {{ digits }})
    )
{%- endmacro %}


{% macro postgres__divide_rounded(part, whole, digits) -%}
    {%- set scale = 10 ** digits -%}
    cast(
        div(2 * {{ scale }} * cast({{ part }} as numeric) + {{ whole }}, nullif(2 * {{ whole }}, 0))
        * {{ '%.*f' % (digits, 1 / scale) }} as decimal(18, {{ digits }})
    )
{%- endmacro %}


{#- A quotient has few decimals and is rounded to them, so only what divides evenly is divided. -#}
{% macro snowflake__divide_rounded(part, whole, digits) -%}
    {%- set scale = 10 ** digits -%}
    {%- set dividend = '(2 * ' ~ scale ~ ' * ' ~ part ~ ' + ' ~ whole ~ ')' -%}
    {%- set divisor = 'nullif(2 * ' ~ whole ~ ', 0)' -%}
    cast(
        cast(({{ dividend }} - mod({{ dividend }}, {{ divisor }})) / {{ divisor }} as decimal(24, 0))
        * {{ '%.*f' % (digits, 1 / scale) }} as decimal(18, {{ digits }})
    )
{%- endmacro %}


{% macro bigquery__divide_rounded(part, whole, digits) -%}
    {%- set scale = 10 ** digits -%}
    cast(
        cast(div(cast(2 * {{ scale }} * {{ part }} + {{ whole }} as int64), cast(nullif(2 * {{ whole }}, 0) as int64)) as numeric)
        * numeric '{{ '%.*f' % (digits, 1 / scale) }}' as numeric
    )
{%- endmacro %}


{% macro spark__divide_rounded(part, whole, digits) -%}
    {%- set scale = 10 ** digits -%}
    cast(
        cast((2 * {{ scale }} * {{ part }} + {{ whole }}) div nullif(2 * {{ whole }}, 0) as decimal(24, 0))
        * {{ '%.*f' % (digits, 1 / scale) }} as decimal(18, {{ digits }})
    )
{%- endmacro %}


{#- Whole numbers divide to a whole number, as integers do elsewhere; too large a number is an error. -#}
{% macro trino__divide_rounded(part, whole, digits) -%}
    {%- set scale = 10 ** digits -%}
    cast(
        cast((2 * {{ scale }} * cast({{ part }} as bigint) + {{ whole }}) / nullif(2 * cast({{ whole }} as bigint), 0) as decimal(19, 0))
        * {{ '%.*f' % (digits, 1 / scale) }} as decimal(18, {{ digits }})
    )
{%- endmacro %}


{% macro athena__divide_rounded(part, whole, digits) %}
    {{- label_lineage.trino__divide_rounded(part, whole, digits) -}}
{% endmacro %}
