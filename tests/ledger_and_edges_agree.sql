-- The edges are the parents that the ledger's nodes name, no more and no fewer, effective when the child is.
{{ label_lineage.edges_against_ledger() }}
