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
{%- set asked = label_lineage.redactions() %}
where content_hash is null
    or (
        content_hash <> {{ label_lineage.content_hash() }}
        {%- if asked.features or asked.annotators %}
        -- What an erasure has left of a label is proved by the log of erasures.
        and not (
            {{ label_lineage.is_redacted_node() }}
            and batch <= (select coalesce(max(ledger_batch), 0) from {{ label_lineage.log_before('int_erasures') }} as erasures)
        )
        {%- endif %}
    )

{% endtest %}
