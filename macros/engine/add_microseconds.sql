{#- A timestamp some microseconds later. -#}
{% macro add_microseconds(instant, microseconds) %}
    {{- adapter.dispatch('add_microseconds', 'label_lineage')(instant, microseconds) -}}
{% endmacro %}


{% macro default__add_microseconds(instant, microseconds) %}
{{ label_lineage.unsupported('add_microseconds') }}
{% endmacro %}


{% macro duckdb__add_microseconds(instant, microseconds) %}
    ({{ instant }} + to_microseconds({{ microseconds }}))
{% endmacro %}


{% macro postgres__add_microseconds(instant, microseconds) %}
    ({{ instant }} + {{ microseconds }} * interval '1 microsecond')
{% endmacro %}


{% macro snowflake__add_microseconds(instant, microseconds) %}
    dateadd(microsecond, {{ microseconds }}, {{ instant }})
{% endmacro %}


{% macro bigquery__add_microseconds(instant, microseconds) %}
    timestamp_add({{ instant }}, interval {{ microseconds }} microsecond)
{% endmacro %}


{% macro spark__add_microseconds(instant, microseconds) %}
    timestamp_micros(unix_micros({{ instant }}) + ({{ microseconds }}))
{% endmacro %}


{#- Intervals have milliseconds at most; nanoseconds since 1970 do for every year that a label may have. -#}
{% macro trino__add_microseconds(instant, microseconds) -%}
    cast(
        from_unixtime_nanos(cast({{ label_lineage.epoch_microseconds(instant) }} + {{ microseconds }} as decimal(38, 0)) * 1000) at time zone 'UTC'
        as timestamp(6)
    )
{%- endmacro %}


{% macro athena__add_microseconds(instant, microseconds) %}
    {{- label_lineage.trino__add_microseconds(instant, microseconds) -}}
{% endmacro %}
