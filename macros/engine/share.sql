{#- part / whole of whole numbers as decimal(7, 6), rounded half up; NULL for a whole of 0. -#}
{% macro share(part, whole) -%}
    cast({{ label_lineage.divide_rounded(part, whole, 6) }} as {{ label_lineage.type_decimal(7, 6) }})
{%- endmacro %}
