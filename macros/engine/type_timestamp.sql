{#- The type of a timestamp without time zone that keeps microseconds. -#}
{% macro type_timestamp() %}
    {{- adapter.dispatch('type_timestamp', 'label_lineage')() -}}
{% endmacro %}


{% macro default__type_timestamp() %}
    {{- dbt.type_timestamp() -}}
{% endmacro %}


{#- Without a number it would keep milliseconds. -#}
{% macro trino__type_timestamp() %}
    {{- 'timestamp(6)' -}}
{% endmacro %}


{% macro athena__type_timestamp() %}
    {{- label_lineage.trino__type_timestamp() -}}
{% endmacro %}
