{#- A decimal type with so many digits, so many of them after the point. Of a value that has no more of them: BigQuery rounds to none. -#}
{% macro type_decimal(digits, scale) %}
    {{- adapter.dispatch('type_decimal', 'label_lineage')(digits, scale) -}}
{% endmacro %}


{% macro default__type_decimal(digits, scale) -%}
    decimal({{ digits }}, {{ scale }})
{%- endmacro %}


{#- Only columns have a number of digits there; a cast to such a type is refused. -#}
{% macro bigquery__type_decimal(digits, scale) -%}
    numeric
{%- endmacro %}
