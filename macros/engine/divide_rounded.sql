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


{% macro spark__divide_rounded(part, whole, digits) -%}
    {%- set scale = 10 ** digits -%}
    cast(
        cast((2 * {{ scale }} * {{ part }} + {{ whole }}) div nullif(2 * {{ whole }}, 0) as decimal(24, 0))
        * {{ '%.*f' % (digits, 1 / scale) }} as decimal(18, {{ digits }})
    )
{%- endmacro %}
