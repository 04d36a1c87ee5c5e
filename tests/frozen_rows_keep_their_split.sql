-- A frozen row stands in the split that its feature was given at first sight.
{{ label_lineage.rows_out_of_their_split() }}
