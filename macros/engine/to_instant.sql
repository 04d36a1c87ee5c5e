{#- A text or time stamp as a UTC timestamp, NULL where it cannot be read. -#}
{% macro to_instant(column) %}
    {{- adapter.dispatch('to_instant', 'label_lineage')(column) -}}
{% endmacro %}


{% macro default__to_instant(column) %}
    cast({{ column }} as {{ dbt.type_timestamp() }})
{% endmacro %}


{% macro duckdb__to_instant(column) %}
    {{ label_lineage.duckdb_instant(column) }}
{% endmacro %}
