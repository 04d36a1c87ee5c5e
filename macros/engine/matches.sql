{#- Whether a whole text is of a pattern, a regular expression that all engines read alike. -#}
{% macro matches(text, pattern) %}
    {{- adapter.dispatch('matches', 'label_lineage')(text, pattern) -}}
{% endmacro %}


{% macro default__matches(text, pattern) %}
    {{ label_lineage.unsupported('matches') }}
{% endmacro %}


{#- Both ends are anchored as it is. Nobody says that \x01 is understood in a pattern, so the characters themselves go in. -#}
{% macro snowflake__matches(text, pattern) -%}
    regexp_like({{ text }}, {{ label_lineage.literal(pattern).replace('\\\\x01-\\\\x1f', "' || chr(1) || '-' || chr(31) || '") }})
{%- endmacro %}


{% macro bigquery__matches(text, pattern) -%}
    regexp_contains({{ text }}, {{ label_lineage.literal('^(' ~ pattern ~ ')$') }})
{%- endmacro %}
