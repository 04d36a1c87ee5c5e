-- Step 1 of 3: what the versions that are due can change. Cost follows this table.
with touched as (
    {{ label_lineage.touched_features(ref('int_versions_due'), ref('int_ledger'), label_lineage.policies_in_use()) }}
)

select touched.*, false as is_redacted from touched
{%- if label_lineage.redactions().features %}
where touched.feature_id not in {{ label_lineage.redacted_features() }}
union all
{{ label_lineage.redacted_states(ref('int_versions_due')) }}
{%- endif %}
