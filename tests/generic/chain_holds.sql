{#-
  The fingerprints of a dataset's versions are those that its registry entries give, from the first
  version to the last without a gap, so no entry was changed, removed or put in between. The version
  named first is the one that was touched; every later one fails with it.
-#}
{% test chain_holds(model) %}

with versions as (
    select * from {{ model }}
    where entry = 'version'
),

digests as (
    select dataset, version_number, {{ label_lineage.version_digest() }} as digest from versions
),

chain as (
    {{ label_lineage.fingerprint_chain('digests') }}
),

linked as (
    select
        versions.*,
        {{ label_lineage.rows_checksum() }} as checksum_text,
        chain.fingerprint as fingerprint_now,
        lag(versions.fingerprint) over (partition by versions.dataset order by versions.version_number) as fingerprint_before,
        lag(versions.task) over (partition by versions.dataset order by versions.version_number) as task_before,
        lag(versions.as_of) over (partition by versions.dataset order by versions.version_number) as as_of_before,
        row_number() over (partition by versions.dataset order by versions.version_number) as place
    from versions
    inner join chain
        on versions.dataset = chain.dataset and versions.version_number = chain.version_number
)

select
    {{ label_lineage.literal(model) }} as table_name,
    dataset,
    version_number,
    version,
    fingerprint,
    fingerprint_now
from linked
where coalesce(fingerprint, '') <> fingerprint_now
    or coalesce(rows_checksum, '') <> checksum_text
    or coalesce(previous_fingerprint, '') <> coalesce(fingerprint_before, '')
    or version_number <> place
    or task <> task_before
    or as_of <= as_of_before

{% endtest %}
