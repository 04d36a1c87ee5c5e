{#- A decimal with six digits after the point as text, without the zeros at its end. -#}
{% macro decimal_text(expression) %}
    {{- adapter.dispatch('decimal_text', 'label_lineage')(expression) -}}
{% endmacro %}


{% macro default__decimal_text(expression) -%}
    rtrim(rtrim(cast(cast({{ expression }} as decimal(20, 6)) as {{ dbt.type_string() }}), '0'), '.')
{%- endmacro %}


{% macro spark__decimal_text(expression) -%}
    trim(trailing '.' from trim(trailing '0' from cast(cast({{ expression }} as decimal(20, 6)) as string)))
{%- endmacro %}


{% macro trino__decimal_text(expression) -%}
    trim(trailing '.' from trim(trailing '0' from cast(cast({{ expression }} as decimal(20, 6)) as varchar)))
{%- endmacro %}


{% macro bigquery__decimal_text(expression) -%}
    {{ label_lineage.bigquery__millionths_text(label_lineage.bigquery__millionths('cast(' ~ expression ~ ' as string)')) }}
{%- endmacro %}


{% macro athena__decimal_text(expression) -%}
    {{ label_lineage.trino__decimal_text(expression) }}
{%- endmacro %}
