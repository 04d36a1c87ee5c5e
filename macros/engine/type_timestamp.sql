{#- The type of a timestamp without time zone that keeps microseconds. -#}
{% macro type_timestamp() %}
    {{- adapter.dispatch('type_timestamp', 'label_lineage')() -}}
{% endmacro %}


{#- In a project that runs on its own this is also what `dbt.type_timestamp` finds, so it must not ask that. -#}
{% macro default__type_timestamp() %}
    {{- api.Column.translate_type('timestamp') -}}
{% endmacro %}


{#- Without a number it would keep milliseconds. -#}
{% macro trino__type_timestamp() %}
    {{- 'timestamp(6)' -}}
{% endmacro %}


{% macro athena__type_timestamp() %}
    {{- label_lineage.trino__type_timestamp() -}}
{% endmacro %}
