{#- A text without the blanks around it. Only blanks: a tab or line end is no part of a number or time stamp. -#}
{% macro trim_blanks(text) %}
    {{- adapter.dispatch('trim_blanks', 'label_lineage')(text) -}}
{% endmacro %}


{% macro default__trim_blanks(text) -%}
    trim({{ text }})
{%- endmacro %}


{#- Without a second argument any white space would go. -#}
{% macro bigquery__trim_blanks(text) -%}
    trim({{ text }}, ' ')
{%- endmacro %}


{#- Here, too. -#}
{% macro trino__trim_blanks(text) -%}
    trim(both ' ' from {{ text }})
{%- endmacro %}


{% macro athena__trim_blanks(text) %}
    {{- label_lineage.trino__trim_blanks(text) -}}
{% endmacro %}
