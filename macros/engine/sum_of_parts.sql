{#- The sum of the whole numbers in a text, which stand between commas. -#}
{% macro sum_of_parts(text) %}
    {{- adapter.dispatch('sum_of_parts', 'label_lineage')(text) -}}
{% endmacro %}


{% macro default__sum_of_parts(text) %}
    {{ label_lineage.unsupported('sum_of_parts') }}
{% endmacro %}


{% macro duckdb__sum_of_parts(text) -%}
    list_sum(cast(string_split({{ text }}, ',') as bigint[]))
{%- endmacro %}


{% macro postgres__sum_of_parts(text) -%}
    (select sum(cast(item as bigint)) from unnest(string_to_array({{ text }}, ',')) as items(item))
{%- endmacro %}


{% macro trino__sum_of_parts(text) -%}
    reduce(split({{ text }}, ','), cast(0 as bigint), (total, item) -> total + cast(item as bigint), total -> total)
{%- endmacro %}


{% macro spark__sum_of_parts(text) -%}
    aggregate(transform(split({{ text }}, ','), item -> cast(item as bigint)), cast(0 as bigint), (total, item) -> total + item)
{%- endmacro %}


{% macro snowflake__sum_of_parts(text) -%}
    reduce(split({{ text }}, ','), 0, (total, item) -> total + cast(item as bigint))
{%- endmacro %}


{% macro bigquery__sum_of_parts(text) -%}
    (select sum(cast(item as int64)) from unnest(split({{ text }}, ',')) as item)
{%- endmacro %}


{% macro athena__sum_of_parts(text) %}
    {{- label_lineage.trino__sum_of_parts(text) -}}
{% endmacro %}
