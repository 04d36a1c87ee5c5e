{#- Whether a text is valid JSON. -#}
{% macro is_json(text) %}
    {{- adapter.dispatch('is_json', 'label_lineage')(text) -}}
{% endmacro %}


{% macro default__is_json(text) %}
{{ label_lineage.unsupported('is_json') }}
{% endmacro %}


{% macro duckdb__is_json(text) %}
    json_valid({{ text }})
{% endmacro %}
