{#- A text as it is sorted and compared for order: by its code points, whatever language the database sorts in. -#}
{% macro text_order(column) %}
    {{- adapter.dispatch('text_order', 'label_lineage')(column) -}}
{% endmacro %}


{% macro default__text_order(column) -%}
    {{ column }}
{%- endmacro %}


{% macro postgres__text_order(column) -%}
    ({{ column }}) collate "C"
{%- endmacro %}
