-- What is left of the suspect links once everything that surely is on no cycle is taken away.
{{ config(pre_hook="{{ label_lineage.plan_for_walks() }}") }}
{{ label_lineage.knotted_nodes(ref('int_suspect_links')) }}
