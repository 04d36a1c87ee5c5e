{#- A text as a JSON string with its quotes and escapes. -#}
{% macro json_quote(text) %}
    {{- adapter.dispatch('json_quote', 'label_lineage')(text) -}}
{% endmacro %}


{% macro default__json_quote(text) %}
{{ label_lineage.unsupported('json_quote') }}
{% endmacro %}


{% macro duckdb__json_quote(text) %}
    cast(to_json({{ text }}) as varchar)
{% endmacro %}
