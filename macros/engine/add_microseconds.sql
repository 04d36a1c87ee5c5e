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
