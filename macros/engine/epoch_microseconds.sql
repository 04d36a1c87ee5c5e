{#- A UTC timestamp as whole microseconds since 1970: the form in which times are hashed. -#}
{% macro epoch_microseconds(instant) %}
    {{- adapter.dispatch('epoch_microseconds', 'label_lineage')(instant) -}}
{% endmacro %}


{% macro default__epoch_microseconds(instant) %}
    {{ label_lineage.unsupported('epoch_microseconds') }}
{% endmacro %}


{% macro duckdb__epoch_microseconds(instant) -%}
    epoch_us({{ instant }})
{%- endmacro %}


{#- `extract` gives an exact decimal from release 14 on. -#}
{% macro postgres__epoch_microseconds(instant) -%}
    cast(extract(epoch from {{ instant }}) * 1000000 as bigint)
{%- endmacro %}


{% macro snowflake__epoch_microseconds(instant) -%}
    date_part(epoch_microsecond, {{ instant }})
{%- endmacro %}


{% macro bigquery__epoch_microseconds(instant) -%}
    unix_micros({{ instant }})
{%- endmacro %}


{% macro spark__epoch_microseconds(instant) -%}
    unix_micros({{ instant }})
{%- endmacro %}


{#- `to_unixtime` is a float; the whole seconds and the six digits behind the point are exact. -#}
{% macro trino__epoch_microseconds(instant) -%}
    (
        date_diff('second', timestamp '1970-01-01 00:00:00', date_trunc('second', {{ instant }})) * 1000000
        + cast(substr({{ label_lineage.utc_text(instant) }}, 21, 6) as bigint)
    )
{%- endmacro %}


{% macro athena__epoch_microseconds(instant) %}
    {{- label_lineage.trino__epoch_microseconds(instant) -}}
{% endmacro %}
