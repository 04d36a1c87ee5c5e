{#- The first text of a group by its code points, whatever language the database sorts in. -#}
{% macro text_min(expression) %}
    {{- adapter.dispatch('text_min', 'label_lineage')(expression) -}}
{% endmacro %}


{% macro default__text_min(expression) -%}
    min({{ expression }})
{%- endmacro %}


{#- The result takes the database's own sort order again, as other columns have it. -#}
{% macro postgres__text_min(expression) -%}
    min(({{ expression }}) collate "C") collate "default"
{%- endmacro %}
