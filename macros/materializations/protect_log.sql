{#- After a log is created: what the warehouse itself can do against a row that is logged twice. -#}
{% macro protect_log(log) %}
    {{- adapter.dispatch('protect_log', 'label_lineage')(log) -}}
{% endmacro %}


{% macro default__protect_log(log) %}
{%- endmacro %}


{#- A unique index over a hash, because ids can be longer than an index takes. -#}
{% macro postgres__protect_log(log) %}
    {%- set texts = [] -%}
    {%- for key in label_lineage.log_keys()[model.name] -%}{%- do texts.append('cast(' ~ key ~ ' as text)') -%}{%- endfor -%}
    {%- do run_query("create unique index " ~ label_lineage.identifier((log.identifier ~ '_once')[-63:]) ~ " on " ~ log ~ " (" ~ label_lineage.hash_columns(texts) ~ ")") -%}
{% endmacro %}
