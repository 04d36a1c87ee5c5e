{#- The text of one key of a JSON object. -#}
{% macro json_value(json, key) %}
    {{- adapter.dispatch('json_value', 'label_lineage')(json, key) -}}
{% endmacro %}


{% macro default__json_value(json, key) %}
{{ label_lineage.unsupported('json_value') }}
{% endmacro %}


{% macro duckdb__json_value(json, key) %}
    json_extract_string({{ json }}, '$.{{ key }}')
{% endmacro %}


{% macro postgres__json_value(json, key) %}
    (cast({{ json }} as json) ->> '{{ key }}')
{% endmacro %}


{% macro snowflake__json_value(json, key) %}
    json_extract_path_text({{ json }}, '{{ key }}')
{% endmacro %}


{% macro bigquery__json_value(json, key) %}
    json_value({{ json }}, '$.{{ key }}')
{% endmacro %}


{% macro spark__json_value(json, key) %}
    get_json_object({{ json }}, '$.{{ key }}')
{% endmacro %}


{% macro trino__json_value(json, key) %}
    json_extract_scalar({{ json }}, '$.{{ key }}')
{% endmacro %}


{% macro athena__json_value(json, key) %}
    {{- label_lineage.trino__json_value(json, key) -}}
{% endmacro %}
