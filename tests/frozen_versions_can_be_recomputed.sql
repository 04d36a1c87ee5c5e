-- Every frozen version, recomputed from the ledger under the policy stored with it, is what was
-- frozen: the same changes of the same features, each with the same content.
{{ label_lineage.recomputed_differences() }}
