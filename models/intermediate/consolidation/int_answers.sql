-- Between steps 2 and 3, for policies that estimate annotators: the leaves as numbered answers.
{{ label_lineage.answers(ref('int_leaves'), ref('int_versions_due'), label_lineage.policies_in_use()) }}
