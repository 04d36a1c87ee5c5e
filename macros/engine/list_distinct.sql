{#- A text list as a set: sorted by code points, each element once. -#}
{% macro list_distinct(list_column) %}
    {{- adapter.dispatch('list_distinct', 'label_lineage')(list_column) -}}
{% endmacro %}


{% macro default__list_distinct(list_column) %}
    {{ label_lineage.unsupported('list_distinct') }}
{% endmacro %}


{% macro duckdb__list_distinct(list_column) -%}
    list_sort(list_distinct({{ list_column }}))
{%- endmacro %}


{% macro postgres__list_distinct(list_column) -%}
    array(select distinct item collate "C" as item from unnest({{ list_column }}) as items(item) order by item)
{%- endmacro %}


{% macro trino__list_distinct(list_column) -%}
    array_sort(array_distinct({{ list_column }}))
{%- endmacro %}


{% macro spark__list_distinct(list_column) -%}
    sort_array(array_distinct({{ list_column }}))
{%- endmacro %}


{% macro snowflake__list_distinct(list_column) -%}
    array_sort(array_distinct({{ list_column }}))
{%- endmacro %}


{% macro bigquery__list_distinct(list_column) -%}
    array(select distinct item from unnest({{ list_column }}) as item order by item)
{%- endmacro %}


{% macro athena__list_distinct(list_column) %}
    {{- label_lineage.trino__list_distinct(list_column) -}}
{% endmacro %}
