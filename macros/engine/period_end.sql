{#- The instant at which the calendar month, week or day of a timestamp ends. Weeks begin on Monday. -#}
{% macro period_end(instant, period) %}
    {{- adapter.dispatch('period_end', 'label_lineage')(instant, period) -}}
{% endmacro %}


{% macro default__period_end(instant, period) %}
    cast({{ dbt.dateadd(period, 1, dbt.date_trunc(period, instant)) }} as {{ label_lineage.type_instant() }})
{% endmacro %}


{#- A session may let its weeks begin on any day. -#}
{% macro snowflake__period_end(instant, period) %}
    {%- if period == 'week' %}
    dateadd(day, 8 - dayofweekiso({{ instant }}), date_trunc('day', {{ instant }}))
    {%- else %}
    {{ label_lineage.default__period_end(instant, period) }}
    {%- endif %}
{% endmacro %}


{#- A `week` begins on Sunday here. -#}
{% macro bigquery__period_end(instant, period) %}
    cast(datetime_add(
        datetime_trunc(cast({{ instant }} as datetime), {{ {'week': 'isoweek'}.get(period, period) }}),
        interval 1 {{ period }}
    ) as timestamp)
{% endmacro %}
