-- The registry entries of the versions that are frozen in this run, each chained to those before it.
with versions as (
    select * from {{ ref('int_versions_due') }}
    where not is_latest
),

frozen as (
    select * from {{ label_lineage.log_before('int_freeze_log') }} as freeze_log
    where entry = 'version'
),

annotators as (
    {{ label_lineage.annotator_checksums(label_lineage.stored_estimates(ref('int_annotator_estimates'))) }}
),

entries as (
    select
        versions.dataset,
        versions.task,
        versions.version,
        versions.version_number,
        versions.policy,
        versions.as_of,
        totals.n_rows,
        totals.n_added,
        totals.n_changed,
        totals.n_removed,
        totals.checksum_high,
        totals.checksum_low,
        annotators.annotators_checksum,
        {{ label_lineage.rows_checksum() }} as rows_checksum,
        '{{ label_lineage.package_release() }}' as package_release
    from versions
    inner join {{ ref('int_version_totals') }} as totals
        on versions.dataset = totals.dataset and versions.version_number = totals.version_number
    left join annotators
        on versions.dataset = annotators.dataset and versions.version_number = annotators.version_number
),

digests as (
    select dataset, version_number, {{ label_lineage.version_digest() }} as digest from frozen
    union all
    select dataset, version_number, {{ label_lineage.version_digest() }} as digest from entries
),

fingerprints as (
    {{ label_lineage.fingerprint_chain('digests') }}
)

select
    entries.*,
    previous.fingerprint as previous_fingerprint,
    fingerprints.fingerprint
from entries
inner join fingerprints
    on entries.dataset = fingerprints.dataset and entries.version_number = fingerprints.version_number
left join fingerprints as previous
    on entries.dataset = previous.dataset and entries.version_number = previous.version_number + 1
