-- Step 3 of 3: the leaves of a feature become one label, or a reason why not.
{{ config(pre_hook="{{ label_lineage.check_readable_labels(ref('int_leaves'), ref('int_ledger'), ref('int_versions_due')) }}") }}
{{ label_lineage.outcomes(
    leaves=ref('int_leaves'),
    versions=ref('int_versions_due'),
    policies=label_lineage.policies_in_use(),
    answers=ref('int_answers'),
    estimates=ref('int_annotator_estimates'),
) }}
