-- Every batch of the ledger still holds the nodes that were admitted with it, no more and no fewer.
{{ label_lineage.incomplete_batches() }}
