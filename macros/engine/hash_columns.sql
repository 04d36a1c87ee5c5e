{#-
  md5 over columns that are already text, NULL- and separator-safe: `N` for NULL, else the length, a
  colon and the text. So ('a', 'bc') and ('ab', 'c') differ, and NULL differs from an empty text.
-#}
{% macro hash_columns(columns) %}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(cast(length(" ~ column ~ ") as " ~ dbt.type_string() ~ ") || ':' || " ~ column ~ ", 'N')") -%}
    {%- endfor -%}
    {{- dbt.hash(dbt.concat(parts)) -}}
{% endmacro %}
