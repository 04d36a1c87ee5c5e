{#-
  md5 over columns that are already text, NULL- and separator-safe: `N` for NULL, else the length, a
  colon and the text. So ('a', 'bc') and ('ab', 'c') differ, and NULL differs from an empty text.
-#}
{% macro hash_columns(columns) %}
    {{- adapter.dispatch('hash_columns', 'label_lineage')(columns) -}}
{% endmacro %}


{% macro default__hash_columns(columns) %}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(cast(length(" ~ column ~ ") as " ~ dbt.type_string() ~ ") || ':' || " ~ column ~ ", 'N')") -%}
    {%- endfor -%}
    {{- dbt.hash(dbt.concat(parts)) -}}
{% endmacro %}


{#-
  The same text a third faster: one function that passes over NULL, in place of many operators. Not on
  Postgres, whose indexes take no `concat`: it could depend on the session's settings.
-#}
{% macro duckdb__hash_columns(columns) %}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(cast(length(" ~ column ~ ") as " ~ dbt.type_string() ~ ") || ':', 'N'), " ~ column) -%}
    {%- endfor -%}
    {{- dbt.hash('concat(' ~ parts | join(', ') ~ ')') -}}
{% endmacro %}
