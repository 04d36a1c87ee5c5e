{#- A whole number as one whose products have up to 38 digits. -#}
{% macro wide(expression) %}
    {{- adapter.dispatch('wide', 'label_lineage')(expression) -}}
{% endmacro %}


{% macro default__wide(expression) -%}
    cast({{ expression }} as decimal(38, 0))
{%- endmacro %}


{#- Decimals that wide cannot be multiplied there. -#}
{% macro duckdb__wide(expression) -%}
    cast({{ expression }} as hugeint)
{%- endmacro %}


{% macro postgres__wide(expression) -%}
    cast({{ expression }} as numeric)
{%- endmacro %}


{% macro bigquery__wide(expression) -%}
    cast({{ expression }} as bignumeric)
{%- endmacro %}
