{#- A list as one text that no other list can have: each element behind its length. For hashing. -#}
{% macro list_text(expression) %}
    {{- adapter.dispatch('list_text', 'label_lineage')(expression) -}}
{% endmacro %}


{% macro default__list_text(expression) %}
{{ label_lineage.unsupported('list_text') }}
{% endmacro %}


{% macro duckdb__list_text(expression) %}
    array_to_string(list_transform({{ expression }}, lambda item: length(item) || ':' || item), '')
{% endmacro %}


{% macro postgres__list_text(expression) %}
    case when {{ expression }} is not null then coalesce(
        (select string_agg(length(item) || ':' || item, '' order by place) from unnest({{ expression }}) with ordinality as items(item, place)),
        ''
    ) end
{% endmacro %}


{% macro snowflake__list_text(expression) %}
    array_to_string(transform({{ expression }}, item varchar -> cast(length(item) as varchar) || ':' || item), '')
{% endmacro %}


{% macro bigquery__list_text(expression) %}
    case when {{ expression }} is not null then array_to_string(array(
        select cast(length(item) as string) || ':' || item from unnest({{ expression }}) as item with offset as place
        order by place
    ), '') end
{% endmacro %}


{% macro spark__list_text(expression) %}
    array_join(transform({{ expression }}, item -> cast(length(item) as string) || ':' || item), '')
{% endmacro %}


{% macro trino__list_text(expression) %}
    array_join(transform({{ expression }}, item -> cast(length(item) as varchar) || ':' || item), '')
{% endmacro %}


{% macro athena__list_text(expression) %}
    {{- label_lineage.trino__list_text(expression) -}}
{% endmacro %}
