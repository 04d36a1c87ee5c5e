{#- A fast fingerprint of a row to compare rows with inside one statement. Never stored: it may differ between engines and releases. -#}
{% macro row_digest(columns) %}
    {{- adapter.dispatch('row_digest', 'label_lineage')(columns) -}}
{% endmacro %}


{#- Slower, and the same on every engine, whatever digits a time stamp is kept with. -#}
{% macro default__row_digest(columns) %}
    {%- set texts = [] -%}
    {%- for column in columns -%}
        {%- do texts.append('cast(' ~ (label_lineage.epoch_microseconds(column) if column.endswith('_at') else column) ~ ' as ' ~ dbt.type_string() ~ ')') -%}
    {%- endfor -%}
    {{- label_lineage.hash_columns(texts) -}}
{% endmacro %}


{% macro duckdb__row_digest(columns) %}
    hash({{ columns | join(', ') }})
{% endmacro %}


{% macro postgres__row_digest(columns) %}
    hash_record_extended(row({{ columns | join(', ') }}), 0)
{% endmacro %}


{% macro snowflake__row_digest(columns) %}
    hash({{ columns | join(', ') }})
{% endmacro %}


{% macro bigquery__row_digest(columns) %}
    farm_fingerprint(to_json_string(struct({{ columns | join(', ') }})))
{% endmacro %}


{#- `xxhash64` skips NULL, so that ('a', NULL) and (NULL, 'a') would give the same. -#}
{% macro spark__row_digest(columns) %}
    xxhash64({% for column in columns %}{{ column }}, {{ column }} is null{{ ', ' if not loop.last }}{% endfor %})
{% endmacro %}
