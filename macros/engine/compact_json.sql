{#- JSON text without the blanks between its parts; those within strings stay. -#}
{% macro compact_json(json) %}
    {{- adapter.dispatch('compact_json', 'label_lineage')(json) -}}
{% endmacro %}


{% macro default__compact_json(json) %}
    {{ label_lineage.unsupported('compact_json') }}
{% endmacro %}


{% macro duckdb__compact_json(json) -%}
    regexp_replace({{ json }}, '("(?:[^"\\]|\\.)*")|[ \t\n\r]+', '\1', 'g')
{%- endmacro %}


{% macro postgres__compact_json(json) -%}
    regexp_replace({{ json }}, '("(?:[^"\\]|\\.)*")|[ \t\n\r]+', '\1', 'g')
{%- endmacro %}


{% macro trino__compact_json(json) -%}
    regexp_replace({{ json }}, '("(?:[^"\\]|\\.)*")|[ \t\n\r]+', '$1')
{%- endmacro %}


{% macro spark__compact_json(json) -%}
    regexp_replace({{ json }}, r'("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\n\r]+', '$1')
{%- endmacro %}


{% macro snowflake__compact_json(json) -%}
    regexp_replace({{ json }}, {{ label_lineage.snowflake_pattern('("([^"\\\\]|\\\\.)*")|[ \\t\\n\\r]+') }}, {{ label_lineage.literal('\\1') }})
{%- endmacro %}


{% macro bigquery__compact_json(json) -%}
    regexp_replace({{ json }}, {{ label_lineage.literal('("(?:[^"\\\\]|\\\\.)*")|[ \\t\\n\\r]+') }}, {{ label_lineage.literal('\\1') }})
{%- endmacro %}


{% macro athena__compact_json(json) %}
    {{- label_lineage.trino__compact_json(json) -}}
{% endmacro %}
