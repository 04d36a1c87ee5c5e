{#- The type of a timestamp without time zone that keeps microseconds. -#}
{% macro timestamp_type() %}
    {{- adapter.dispatch('timestamp_type', 'label_lineage')() -}}
{% endmacro %}


{% macro default__timestamp_type() %}
    {{- dbt.type_timestamp() -}}
{% endmacro %}


{#- Without a number it would keep milliseconds. -#}
{% macro trino__timestamp_type() %}
    {{- 'timestamp(6)' -}}
{% endmacro %}


{% macro athena__timestamp_type() %}
    {{- label_lineage.trino__timestamp_type() -}}
{% endmacro %}
