{#- Statement that follows the making of a log: what the warehouse itself can do against a row that is logged twice. -#}
{% macro protect_log(log, name) %}
    {{- adapter.dispatch('protect_log', 'label_lineage')(log, name) -}}
{% endmacro %}


{% macro default__protect_log(log, name) %}
{%- endmacro %}


{#- A unique index over a hash, because ids can be longer than an index takes. -#}
{% macro postgres__protect_log(log, name) %}
    {%- set texts = [] -%}
    {%- for key in label_lineage.log_keys()[name] -%}{%- do texts.append('cast(' ~ key ~ ' as text)') -%}{%- endfor -%}
    create unique index if not exists {{ label_lineage.identifier((log.identifier ~ '_once')[-63:]) }}
    on {{ log }} ({{ label_lineage.hash_columns(texts) }})
{%- endmacro %}
