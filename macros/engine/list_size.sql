{#- How many elements a list has. -#}
{% macro list_size(expression) %}
    {{- adapter.dispatch('list_size', 'label_lineage')(expression) -}}
{% endmacro %}


{% macro default__list_size(expression) %}
{{ label_lineage.unsupported('list_size') }}
{% endmacro %}


{% macro duckdb__list_size(expression) %}
    len({{ expression }})
{% endmacro %}


{% macro postgres__list_size(expression) %}
    cast(cardinality({{ expression }}) as bigint)
{% endmacro %}


{% macro snowflake__list_size(expression) %}
    array_size({{ expression }})
{% endmacro %}


{% macro bigquery__list_size(expression) %}
    array_length({{ expression }})
{% endmacro %}


{#- Not `size`, which gives -1 for NULL where the session is not in ANSI mode. -#}
{% macro spark__list_size(expression) %}
    cast(array_size({{ expression }}) as bigint)
{% endmacro %}


{% macro trino__list_size(expression) %}
    cardinality({{ expression }})
{% endmacro %}


{% macro athena__list_size(expression) %}
    {{- label_lineage.trino__list_size(expression) -}}
{% endmacro %}
