-- The group by which a feature got its split is one that its labels name.
{{ label_lineage.splits_by_unnamed_groups() }}
