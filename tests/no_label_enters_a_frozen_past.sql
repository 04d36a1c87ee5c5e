-- A label counts from when it was recorded or, where that was frozen already, from the instant after
-- the last frozen cutoff; and none admitted after a freeze counts at or before its cutoff.
{{ label_lineage.labels_in_a_frozen_past() }}
