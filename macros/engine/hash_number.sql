{#- A whole number from the first hexadecimal digits (at most 15) of a hash. -#}
{% macro hash_number(hash) %}
    {{- adapter.dispatch('hash_number', 'label_lineage')(hash) -}}
{% endmacro %}


{% macro default__hash_number(hash) %}
{{ label_lineage.unsupported('hash_number') }}
{% endmacro %}


{% macro duckdb__hash_number(hash) %}
    cast('0x' || {{ hash }} as bigint)
{% endmacro %}


{% macro postgres__hash_number(hash) %}
    cast(cast('x' || lpad({{ hash }}, 16, '0') as bit(64)) as bigint)
{% endmacro %}


{% macro snowflake__hash_number(hash) %}
    to_number({{ hash }}, 'XXXXXXXXXXXXXXX')
{% endmacro %}


{% macro bigquery__hash_number(hash) %}
    cast('0x' || {{ hash }} as int64)
{% endmacro %}


{% macro spark__hash_number(hash) %}
    cast(conv({{ hash }}, 16, 10) as bigint)
{% endmacro %}


{% macro trino__hash_number(hash) %}
    from_base({{ hash }}, 16)
{% endmacro %}


{% macro athena__hash_number(hash) %}
    {{- label_lineage.trino__hash_number(hash) -}}
{% endmacro %}
