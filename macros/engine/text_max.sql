{#- The last text of a group by its code points, whatever language the database sorts in. -#}
{% macro text_max(expression) %}
    {{- adapter.dispatch('text_max', 'label_lineage')(expression) -}}
{% endmacro %}


{% macro default__text_max(expression) -%}
    max({{ expression }})
{%- endmacro %}


{#- The result takes the database's own sort order again, as other columns have it. -#}
{% macro postgres__text_max(expression) -%}
    max(({{ expression }}) collate "C") collate "default"
{%- endmacro %}
