{#- The calendar month (2024-03) or day (2024-03-05) of a timestamp. -#}
{% macro date_text(instant, pattern) %}
    {{- adapter.dispatch('date_text', 'label_lineage')(instant, pattern) -}}
{% endmacro %}


{% macro default__date_text(instant, pattern) %}
{{ label_lineage.unsupported('date_text') }}
{% endmacro %}


{% macro duckdb__date_text(instant, pattern) %}
    strftime({{ instant }}, '{{ {'month': '%Y-%m', 'day': '%Y-%m-%d'}[pattern] }}')
{% endmacro %}


{% macro postgres__date_text(instant, pattern) %}
    to_char({{ instant }}, '{{ {'month': 'YYYY-MM', 'day': 'YYYY-MM-DD'}[pattern] }}')
{% endmacro %}


{% macro snowflake__date_text(instant, pattern) %}
    to_char({{ instant }}, '{{ {'month': 'YYYY-MM', 'day': 'YYYY-MM-DD'}[pattern] }}')
{% endmacro %}


{% macro bigquery__date_text(instant, pattern) %}
    lpad(format_timestamp('{{ {'month': '%Y-%m', 'day': '%Y-%m-%d'}[pattern] }}', {{ instant }}, 'UTC'), {{ {'month': 7, 'day': 10}[pattern] }}, '0')
{% endmacro %}


{% macro spark__date_text(instant, pattern) %}
    substr({{ label_lineage.spark_utc(instant) }}, 1, {{ {'month': 7, 'day': 10}[pattern] }})
{% endmacro %}


{% macro trino__date_text(instant, pattern) %}
    substr({{ label_lineage.utc_text(instant) }}, 1, {{ {'month': 7, 'day': 10}[pattern] }})
{% endmacro %}


{% macro athena__date_text(instant, pattern) %}
    {{- label_lineage.trino__date_text(instant, pattern) -}}
{% endmacro %}
