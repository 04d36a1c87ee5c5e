-- Step 1 of 3: what the versions that are due can change. Cost follows this table.
{{ label_lineage.touched_features(ref('int_versions_due'), ref('int_ledger'), label_lineage.policies_in_use()) }}
