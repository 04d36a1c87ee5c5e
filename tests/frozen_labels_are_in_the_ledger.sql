-- Every label that a frozen row was made from is still in the ledger, under the row's feature and task.
{{ label_lineage.leaves_missing_from_ledger() }}
