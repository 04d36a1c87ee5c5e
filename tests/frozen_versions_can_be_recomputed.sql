-- Every frozen version, recomputed from the ledger under the policy stored with it, is what was
-- frozen: the same changes of the same features, each with the same content. Of many labels, for one part of the
-- features after each batch, in turn; `verify` asks for all parts.
{%- set parts = label_lineage.replay_parts() %}
{{ label_lineage.recomputed_differences(parts.due, parts.n) }}
