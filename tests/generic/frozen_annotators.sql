{#-
  What is stored of the annotators with each version still adds up to the checksum stored with it, and names
  the version as the registry does. Of a row from which a redaction took a name, the hash stored with it
  then counts.
-#}
{% test frozen_annotators(model) %}

with versions as (
    select * from {{ model }}
    where entry = 'version'
),

annotators as (
    {{ label_lineage.annotator_checksums("(select * from " ~ model ~ " where entry = 'annotator')", stored=true) }}
),

names as (
    select distinct dataset, version_number, version, task, frozen_at
    from {{ model }}
    where entry = 'annotator'
)

select
    {{ label_lineage.literal(model) }} as table_name,
    coalesce(versions.dataset, annotators.dataset) as dataset,
    coalesce(versions.version_number, annotators.version_number) as version_number,
    versions.version
from versions
full outer join annotators
    on versions.dataset = annotators.dataset and versions.version_number = annotators.version_number
where coalesce(versions.annotators_checksum, -1) <> coalesce(annotators.annotators_checksum, -1)
union all
select
    {{ label_lineage.literal(model) }} as table_name,
    names.dataset,
    names.version_number,
    names.version
from names
left join versions on names.dataset = versions.dataset and names.version_number = versions.version_number
where versions.version is null
    or names.version <> versions.version
    or names.task <> versions.task
    or names.frozen_at <> versions.frozen_at

{% endtest %}
