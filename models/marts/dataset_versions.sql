select
    dataset,
    version,
    version_number,
    as_of,
    policy,
    n_rows,
    n_added,
    n_changed,
    n_removed,
    rows_checksum,
    previous_fingerprint,
    fingerprint,
    package_release,
    frozen_at
from {{ ref('int_training_rows') }}
where entry = 'version'
