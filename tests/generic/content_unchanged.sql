{#- Every row of the ledger still says what it said when it was admitted: its content gives the hash stored then. -#}
{% test content_unchanged(model) %}

select
    {{ label_lineage.literal(model) }} as table_name,
    task,
    feature_id,
    node_id,
    batch,
    label,
    content_hash as admitted_as
from {{ model }}
where content_hash is null
    or content_hash <> {{ label_lineage.content_hash() }}

{% endtest %}
