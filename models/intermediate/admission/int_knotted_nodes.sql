-- What is left of the suspect links once everything that surely is on no cycle is taken away.
{{ label_lineage.nodes_between_cycles(ref('int_suspect_links')) }}
