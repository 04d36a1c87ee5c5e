{#- After a log is created: what the warehouse itself can do against a row that is logged twice. -#}
{% macro protect_log(log) %}
    {{- adapter.dispatch('protect_log', 'label_lineage')(log) -}}
{% endmacro %}


{% macro default__protect_log(log) %}
{%- endmacro %}


{#- A unique index over a hash, because ids can be longer than an index takes. -#}
{% macro postgres__protect_log(log) %}
    {%- set keys = {
        'int_ledger': ['node_id'],
        'int_ledger_edges': ['child_id', 'parent_id'],
        'int_rejections': ['rejection_id'],
        'int_splits': ['dataset', 'feature_id'],
        'int_freeze_log': ['dataset', 'cast(version_number as text)', 'feature_id'],
    } -%}
    {%- if model.name in keys -%}
        {%- do run_query("create unique index " ~ label_lineage.identifier((log.identifier ~ '_once')[-63:]) ~ " on " ~ log ~ " (" ~ label_lineage.hash_columns(keys[model.name]) ~ ")") -%}
    {%- endif -%}
{% endmacro %}
