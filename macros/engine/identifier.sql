{#- A name from a setting as a quoted identifier. -#}
{% macro identifier(name) %}
    {{- adapter.dispatch('identifier', 'label_lineage')(name) -}}
{% endmacro %}


{% macro default__identifier(name) %}
    {{- adapter.quote(name | replace('"', '""')) -}}
{% endmacro %}


{% macro bigquery__identifier(name) %}
    {{- adapter.quote(name | replace('\\', '\\\\') | replace('`', '\\`')) -}}
{% endmacro %}


{% macro spark__identifier(name) %}
    {{- adapter.quote(name | replace('`', '``')) -}}
{% endmacro %}
