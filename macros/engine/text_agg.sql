{#- The texts of a group joined in a fixed order. -#}
{% macro text_agg(expression, separator, order_by) %}
    {{- adapter.dispatch('text_agg', 'label_lineage')(expression, separator, order_by) -}}
{% endmacro %}


{% macro default__text_agg(expression, separator, order_by) %}
    string_agg({{ expression }}, {{ label_lineage.literal(separator) }} order by {{ order_by }})
{% endmacro %}


{% macro snowflake__text_agg(expression, separator, order_by) %}
    listagg({{ expression }}, {{ label_lineage.literal(separator) }}) within group (order by {{ order_by }})
{% endmacro %}


{#- The count changes nothing on BigQuery: goccy's emulator of it ends where there is no text to join. -#}
{% macro bigquery__text_agg(expression, separator, order_by) %}
    case when count({{ expression }}) > 0 then {{ label_lineage.default__text_agg(expression, separator, order_by) }} end
{% endmacro %}


{% macro spark__text_agg(expression, separator, order_by) %}
    array_join(
        transform(sort_array(collect_list(struct({{ order_by }} as place, {{ expression }} as item))), entry -> entry.item),
        {{ label_lineage.literal(separator) }}
    )
{% endmacro %}


{#- `listagg` stops at a megabyte. -#}
{% macro trino__text_agg(expression, separator, order_by) %}
    array_join(array_agg({{ expression }} order by {{ order_by }}), {{ label_lineage.literal(separator) }})
{% endmacro %}


{% macro athena__text_agg(expression, separator, order_by) %}
    {{- label_lineage.trino__text_agg(expression, separator, order_by) -}}
{% endmacro %}
