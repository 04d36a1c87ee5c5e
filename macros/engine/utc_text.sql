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


{#- Years before 1000 come without their zeros. -#}
{% macro bigquery__utc_text(instant) %}
    lpad(format_timestamp('%Y-%m-%d %H:%M:%E6S', {{ instant }}, 'UTC'), 26, '0')
{% endmacro %}


{% macro spark__utc_text(instant) %}
    substr({{ label_lineage.spark_utc(instant) }}, 1, 19) || '.' || lpad(cast(pmod(unix_micros({{ instant }}), 1000000) as string), 6, '0')
{% endmacro %}


{#- UTC whatever the time zone of the session, because a view is read in its reader's: no `date_format` here. -#}
{% macro spark_utc(instant) -%}
    cast(timestampadd(microsecond, unix_micros({{ instant }}), timestamp_ntz '1970-01-01 00:00:00') as string)
{%- endmacro %}


{% macro trino__utc_text(instant) %}
    cast(cast({{ instant }} as timestamp(6)) as varchar)
{% endmacro %}


{% macro athena__utc_text(instant) %}
    {{- label_lineage.trino__utc_text(instant) -}}
{% endmacro %}
