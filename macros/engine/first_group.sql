{#- What the first group of a regular expression finds in a text; NULL where it finds nothing. -#}
{% macro first_group(text, pattern) %}
    {{- adapter.dispatch('first_group', 'label_lineage')(text, pattern) -}}
{% endmacro %}


{% macro default__first_group(text, pattern) %}
    {{ label_lineage.unsupported('first_group') }}
{% endmacro %}


{% macro snowflake__first_group(text, pattern) -%}
    regexp_substr({{ text }}, {{ label_lineage.literal(pattern) }}, 1, 1, 'e', 1)
{%- endmacro %}


{% macro bigquery__first_group(text, pattern) -%}
    regexp_extract({{ text }}, {{ label_lineage.literal(pattern) }})
{%- endmacro %}
