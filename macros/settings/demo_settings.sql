{#- The settings of the demo. They hold only where this project runs on its own without inputs of its own. -#}
{% macro demo_settings() %}
    {%- do return({
        'label_nodes': [{'ref': 'demo_label_nodes'}],
        'dataset_versions': {'ref': 'demo_dataset_versions'},
        'model_annotators': ['model:*'],
        'datasets': [
            {'name': 'buildings', 'task': 'building'},
            {'name': 'roofs', 'task': 'roof_type', 'min_labels': 2, 'ties': 'latest'},
        ],
    }) -%}
{% endmacro %}
