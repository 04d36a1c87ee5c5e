{#- Whether the whole of a text matches a regular expression, one that all engines read alike. -#}
{% macro matches(text, pattern) %}
    {{- adapter.dispatch('matches', 'label_lineage')(text, pattern) -}}
{% endmacro %}


{% macro default__matches(text, pattern) %}
    {{ label_lineage.unsupported('matches') }}
{% endmacro %}


{% macro duckdb__matches(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}


{% macro postgres__matches(text, pattern) -%}
    ({{ text }} ~ '^({{ pattern }})$')
{%- endmacro %}


{% macro trino__matches(text, pattern) -%}
    regexp_like({{ text }}, '\A(?:{{ pattern }})\z')
{%- endmacro %}


{% macro spark__matches(text, pattern) -%}
    ({{ text }} rlike r'^({{ pattern }})\z')
{%- endmacro %}


{#- Both ends are anchored as it is. -#}
{% macro snowflake__matches(text, pattern) -%}
    regexp_like({{ text }}, {{ label_lineage.snowflake_pattern(pattern) }})
{%- endmacro %}


{#- Nobody says that \x01 or \t is understood in a pattern, so the characters themselves go in. -#}
{% macro snowflake_pattern(pattern) -%}
    {{ label_lineage.literal(pattern).replace('\\\\x01-\\\\x1f', "' || chr(1) || '-' || chr(31) || '").replace('\\\\t\\\\n\\\\r', "' || chr(9) || chr(10) || chr(13) || '") }}
{%- endmacro %}


{% macro bigquery__matches(text, pattern) -%}
    regexp_contains({{ text }}, {{ label_lineage.literal('^(' ~ pattern ~ ')$') }})
{%- endmacro %}


{% macro athena__matches(text, pattern) %}
    {{- label_lineage.trino__matches(text, pattern) -}}
{% endmacro %}
