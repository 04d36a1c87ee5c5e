{#- The elements of one text list that another does not hold. -#}
{% macro list_minus(list_column, other) %}
    {{- adapter.dispatch('list_minus', 'label_lineage')(list_column, other) -}}
{% endmacro %}


{% macro default__list_minus(list_column, other) %}
    {{ label_lineage.unsupported('list_minus') }}
{% endmacro %}


{% macro duckdb__list_minus(list_column, other) -%}
    list_filter({{ list_column }}, lambda item: not list_contains({{ other }}, item))
{%- endmacro %}


{% macro postgres__list_minus(list_column, other) -%}
    case when {{ list_column }} is not null then array(
        select item from unnest({{ list_column }}) with ordinality as items(item, place)
        where not item = any({{ other }})
        order by place
    ) end
{%- endmacro %}


{#- `array_except` keeps no order; our lists are sorted. -#}
{% macro snowflake__list_minus(list_column, other) -%}
    array_sort(array_except({{ list_column }}, {{ other }}))
{%- endmacro %}


{% macro bigquery__list_minus(list_column, other) -%}
    case when {{ list_column }} is not null then array(
        select item from unnest({{ list_column }}) as item with offset as place
        where item not in unnest({{ other }})
        order by place
    ) end
{%- endmacro %}


{% macro spark__list_minus(list_column, other) -%}
    filter({{ list_column }}, item -> not array_contains({{ other }}, item))
{%- endmacro %}


{% macro trino__list_minus(list_column, other) -%}
    filter({{ list_column }}, item -> not contains({{ other }}, item))
{%- endmacro %}


{% macro athena__list_minus(list_column, other) %}
    {{- label_lineage.trino__list_minus(list_column, other) -}}
{% endmacro %}
