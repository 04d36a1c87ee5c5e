{#- A timestamp as text with six digits, the same on every engine. -#}
{% macro utc_text(instant) %}
    {{- adapter.dispatch('utc_text', 'label_lineage')(instant) -}}
{% endmacro %}


{% macro default__utc_text(instant) %}
{{ label_lineage.unsupported('utc_text') }}
{% endmacro %}


{% macro duckdb__utc_text(instant) %}
    strftime({{ instant }}, '%Y-%m-%d %H:%M:%S.%f')
{% endmacro %}


{% macro postgres__utc_text(instant) %}
    to_char({{ instant }}, 'YYYY-MM-DD HH24:MI:SS.US')
{% endmacro %}


{% macro snowflake__utc_text(instant) %}
    to_char({{ instant }}, 'YYYY-MM-DD HH24:MI:SS.FF6')
{% endmacro %}


{% macro bigquery__utc_text(instant) %}
    format_timestamp('%E4Y-%m-%d %H:%M:%E6S', {{ instant }}, 'UTC')
{% endmacro %}
