{#- The values of a group that are not NULL as one list, sorted by their code points; `distinct x` drops repeats. -#}
{% macro list_agg(expression) %}
    {{- adapter.dispatch('list_agg', 'label_lineage')(expression) -}}
{% endmacro %}


{% macro default__list_agg(expression) %}
    {{ label_lineage.unsupported('list_agg') }}
{% endmacro %}


{#- Sorting and dropping repeats inside the aggregate would be several times slower than doing it to its result. -#}
{% macro duckdb__list_agg(expression) -%}
    {%- set value = expression | replace('distinct ', '') -%}
    {%- set list = 'list(' ~ value ~ ') filter (where (' ~ value ~ ') is not null)' -%}
    list_sort({{ 'list_distinct(' ~ list ~ ')' if expression.startswith('distinct ') else list }})
{%- endmacro %}


{#- The list takes the database's own sort order again, or a recursive query would find two in one column. -#}
{% macro postgres__list_agg(expression) -%}
    {%- set value = expression | replace('distinct ', '') -%}
    {%- set sorted = label_lineage.text_order(value) -%}
    (
        array_agg({{ 'distinct ' if expression.startswith('distinct ') }}{{ sorted }} order by {{ sorted }})
        filter (where ({{ value }}) is not null)
    ) collate "default"
{%- endmacro %}


{#- NULLs are left out as it is; of nothing the list would be empty, elsewhere it is NULL. -#}
{% macro snowflake__list_agg(expression) -%}
    {%- set value = expression | replace('distinct ', '') -%}
    case when count({{ value }}) > 0 then array_agg({{ expression }}) within group (order by {{ value }}) end
{%- endmacro %}


{% macro bigquery__list_agg(expression) -%}
    array_agg({{ expression }} ignore nulls order by {{ expression | replace('distinct ', '') }})
{%- endmacro %}


{% macro spark__list_agg(expression) -%}
    {%- set value = expression | replace('distinct ', '') -%}
    case when count({{ value }}) > 0 then sort_array({{ 'collect_set' if expression.startswith('distinct ') else 'collect_list' }}({{ value }})) end
{%- endmacro %}


{% macro trino__list_agg(expression) -%}
    {%- set value = expression | replace('distinct ', '') -%}
    {%- set list = 'array_agg(' ~ value ~ ') filter (where (' ~ value ~ ') is not null)' -%}
    array_sort({{ 'array_distinct(' ~ list ~ ')' if expression.startswith('distinct ') else list }})
{%- endmacro %}


{% macro athena__list_agg(expression) %}
    {{- label_lineage.trino__list_agg(expression) -}}
{% endmacro %}
