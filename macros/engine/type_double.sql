{#- A float of 64 bits as IEEE 754 defines it; dbt's own `type_float` has 32 bits on some engines. -#}
{% macro type_double() %}
    {{- adapter.dispatch('type_double', 'label_lineage')() -}}
{% endmacro %}


{% macro default__type_double() -%}
    double precision
{%- endmacro %}


{% macro spark__type_double() -%}
    double
{%- endmacro %}


{#- Trino takes both names, Athena's documentation knows one. -#}
{% macro athena__type_double() -%}
    double
{%- endmacro %}


{% macro bigquery__type_double() -%}
    float64
{%- endmacro %}
