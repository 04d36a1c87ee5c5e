{#- The type of a timestamp without time zone that keeps microseconds. -#}
{% macro type_instant() %}
    {{- adapter.dispatch('type_instant', 'label_lineage')() -}}
{% endmacro %}


{% macro default__type_instant() %}
    {{- dbt.type_timestamp() -}}
{% endmacro %}


{#- Without a number it would keep milliseconds. -#}
{% macro trino__type_instant() %}
    {{- 'timestamp(6)' -}}
{% endmacro %}


{% macro athena__type_instant() %}
    {{- label_lineage.trino__type_instant() -}}
{% endmacro %}
