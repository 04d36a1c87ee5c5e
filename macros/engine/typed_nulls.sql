{#-
  NULLs under the names and types that a model's contract gives them. In a unit test, which has no graph,
  they have no type but for `decimals`, a type by column: two parts of a union would agree on text.
-#}
{% macro typed_nulls(model_name, columns, decimals={}) %}
    {%- set described = graph.nodes['model.label_lineage.' ~ model_name].columns if execute and graph.nodes is defined else {} -%}
    {%- set nulls = [] -%}
    {%- for column in columns -%}
        {#- dbt runs a unit test without the contract; a union then takes the types of its other half. -#}
        {%- set type = described[column].data_type if described else decimals.get(column) -%}
        {%- do nulls.append(('cast(null as ' ~ label_lineage.contract_type(type) ~ ')' if type else 'null') ~ ' as ' ~ column) -%}
    {%- endfor -%}
    {{- nulls | join(',\n    ') -}}
{% endmacro %}


{#- A type of a contract as the engine writes it. -#}
{% macro contract_type(data_type) %}
    {{- label_lineage.type_instant() if data_type == 'timestamp' else api.Column.translate_type(data_type) -}}
{% endmacro %}
