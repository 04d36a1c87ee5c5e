-- Step 2 of 3: the labels that count at each cutoff.
{{ label_lineage.leaves(
    touched=ref('int_touched_features'),
    versions=ref('int_versions_due'),
    ledger=ref('int_ledger'),
    edges=ref('int_ledger_edges'),
    children=ref('int_children'),
    lineage=ref('int_lineage'),
    policies=label_lineage.policies_in_use(),
) }}
