-- A frozen row stands in the split that its feature was given at first sight.
select
    'int_freeze_log' as table_name,
    frozen_rows.dataset,
    frozen_rows.version,
    frozen_rows.feature_id,
    frozen_rows.split,
    splits.split as assigned_split
from {{ ref('int_freeze_log') }} as frozen_rows
left join {{ ref('int_splits') }} as splits
    on frozen_rows.dataset = splits.dataset and frozen_rows.feature_id = splits.feature_id
where frozen_rows.entry = 'row'
    and coalesce(frozen_rows.split <> splits.split, true)
