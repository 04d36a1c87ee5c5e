{#-
  An engine that speaks the language of another takes its form: dbt itself knows that Databricks is a Spark,
  but not that Athena is a Trino. Any other without an implementation is a compile error, never a guess.
-#}
{% macro unsupported(macro_name) %}
    {%- set relative = {'athena': 'trino'}.get(target.type, target.type) -%}
    {%- set form = context['label_lineage'].get(relative ~ '__' ~ macro_name) -%}
    {%- if form is none -%}
        {%- do label_lineage.refuse("the macro '" ~ macro_name ~ "' has no implementation for " ~ target.type) -%}
    {%- endif -%}
    {{- form(*varargs) -}}
{% endmacro %}
