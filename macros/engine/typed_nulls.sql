{#- NULLs under the names and types that a model's contract gives them. -#}
{% macro typed_nulls(model_name, columns) %}
    {%- set described = graph.nodes['model.label_lineage.' ~ model_name].columns if execute else {} -%}
    {%- set nulls = [] -%}
    {%- for column in columns -%}
        {%- do nulls.append('cast(null as ' ~ (api.Column.translate_type(described[column].data_type) if described else 'text') ~ ') as ' ~ column) -%}
    {%- endfor -%}
    {{- nulls | join(',\n    ') -}}
{% endmacro %}
