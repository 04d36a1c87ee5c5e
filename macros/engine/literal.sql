{#- A text as an SQL literal. A setting is code unless it goes through here. -#}
{% macro literal(text) %}
    {{- adapter.dispatch('literal', 'label_lineage')(text) -}}
{% endmacro %}


{% macro default__literal(text) %}
    {{- "'" ~ (text | string).replace("'", "''") ~ "'" -}}
{% endmacro %}


{#- A backslash begins an escape. -#}
{% macro snowflake__literal(text) %}
    {{- "'" ~ (text | string).replace('\\', '\\\\').replace("'", "''") ~ "'" -}}
{% endmacro %}


{#- A backslash begins an escape, a quote is escaped by one, and a literal stays on its line. -#}
{% macro bigquery__literal(text) %}
    {{- "'" ~ (text | string).replace('\\', '\\\\').replace("'", "\\'").replace('\n', '\\n').replace('\r', '\\r') ~ "'" -}}
{% endmacro %}


{#- A backslash escapes here, and `${x}` is replaced by a variable before the text is even read. -#}
{% macro spark__literal(text) %}
    {{- "'" ~ (text | string).replace('\\', '\\\\').replace("'", "\\'").replace('${', '\\u0024{') ~ "'" -}}
{% endmacro %}
