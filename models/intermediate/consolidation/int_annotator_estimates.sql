-- Between steps 2 and 3, for policies that estimate annotators: what is thought of each as of each cutoff.
{{ config(materialized=label_lineage.in_place('table'), pre_hook="{{ label_lineage.check_estimable(ref('int_answers')) }}") }}
{{ label_lineage.annotator_estimates(ref('int_answers'), label_lineage.policies_in_use()) }}
