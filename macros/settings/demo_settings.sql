{#- The settings of the demo. They hold only where this project runs on its own without inputs of its own. -#}
{% macro demo_settings() %}
    {%- do return({
        'label_nodes': [{'ref': 'demo_label_nodes'}],
        'dataset_versions': {'ref': 'demo_dataset_versions'},
        'model_annotators': ['model:*'],
        'datasets': [
            {'name': 'buildings', 'task': 'building', 'min_agreement': 0.6, 'split_salt': 'town'},
            {'name': 'roofs', 'task': 'roof_type', 'min_labels': 2, 'ties': 'latest', 'split_salt': 'town'},
        ],
    }) -%}
{% endmacro %}
