{#-
  A text of the form 2024-01-31 10:00:00.000000 as a timestamp, some microseconds later; NULL where the
  calendar has no such day.
-#}
{% macro read_timestamp(text, microseconds) %}
    {{- adapter.dispatch('read_timestamp', 'label_lineage')(text, microseconds) -}}
{% endmacro %}


{% macro default__read_timestamp(text, microseconds) %}
    {{ label_lineage.unsupported('read_timestamp') }}
{% endmacro %}


{% macro snowflake__read_timestamp(text, microseconds) %}
    dateadd(microsecond, {{ microseconds }}, try_to_timestamp_ntz({{ text }}, 'YYYY-MM-DD HH24:MI:SS.FF6'))
{% endmacro %}


{% macro bigquery__read_timestamp(text, microseconds) %}
    safe.timestamp_add(safe_cast({{ text }} || '+00' as timestamp), interval {{ microseconds }} microsecond)
{% endmacro %}
