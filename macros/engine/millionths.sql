{#- A decimal number in text as whole millionths, rounded half away from zero. -#}
{% macro millionths(text) %}
    {{- adapter.dispatch('millionths', 'label_lineage')(text) -}}
{% endmacro %}


{% macro default__millionths(text) -%}
    cast(cast({{ text }} as decimal(20, 6)) * 1000000 as {{ dbt.type_bigint() }})
{%- endmacro %}


{% macro bigquery__millionths(text) -%}
    cast({{ label_lineage.bigquery_whole_product(text, '1000000') }} as {{ dbt.type_bigint() }})
{%- endmacro %}


{#- Whole millionths as text. -#}
{% macro millionths_text(number) %}
    {{- adapter.dispatch('millionths_text', 'label_lineage')(number) -}}
{% endmacro %}


{% macro default__millionths_text(number) -%}
    {{- label_lineage.decimal_text('cast(' ~ number ~ ' as decimal(20, 0)) * 0.000001') -}}
{%- endmacro %}


{#- There 0.000001 is a float; and a numeric prints no zeros at its end. -#}
{% macro bigquery__millionths_text(number) -%}
    cast(cast({{ number }} as numeric) * numeric '0.000001' as string)
{%- endmacro %}
