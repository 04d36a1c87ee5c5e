{#-
  Every row ever frozen still says what it said: its content gives the hash stored with it, and it
  names as previous what the row before it of the same feature says, and as version that of the
  registry. Names the feature, where the test `frozen` names the version. A redaction takes label and
  votes out of a row, and nothing else.
-#}
{% test frozen_rows_unchanged(model) %}

with versions as (
    select * from {{ model }}
    where entry = 'version'
),

frozen_rows as (
    {{ label_lineage.hashed_rows(model) }}
),

rows_in_order as (
    select
        frozen_rows.*,
        {{ label_lineage.is_in_data('frozen_rows.outcome') }} as is_in,
        coalesce(lag({{ label_lineage.is_in_data('frozen_rows.outcome') }}) over (partition by frozen_rows.dataset, frozen_rows.feature_id order by frozen_rows.version_number), false) as was_in,
        lag(frozen_rows.label) over (partition by frozen_rows.dataset, frozen_rows.feature_id order by frozen_rows.version_number) as label_before,
        lag(frozen_rows.row_hash) over (partition by frozen_rows.dataset, frozen_rows.feature_id order by frozen_rows.version_number) as hash_before,
        coalesce(
            frozen_rows.version = versions.version
            and frozen_rows.task = versions.task
            and frozen_rows.frozen_at = versions.frozen_at,
            false
        ) as is_of_its_version
    from frozen_rows
    left join versions
        on frozen_rows.dataset = versions.dataset and frozen_rows.version_number = versions.version_number
),

judged as (
    select
        *,
        case
            when row_hash is null or row_hash <> hash_now then 'says something else than when it was frozen'
            when coalesce(previous_row_hash, '') <> coalesce(hash_before, '') or coalesce(previous_label, '') <> coalesce(label_before, '')
                then 'does not follow the row before it'
            when row_hash = hash_before then 'repeats the row before it'
            when (change in ('added', 'changed')) <> is_in or (change in ('changed', 'removed')) <> was_in
                then 'names the wrong kind of change'
            when not is_of_its_version then 'names another version, task or time than the registry'
            when (label is not null) <> (is_in and not is_redacted) then 'has a label against its outcome'
            when (outcome = 'redacted') <> (coalesce(cause, '') = 'redaction') then 'has another cause than its outcome'
        end as problem
    from rows_in_order
)

select
    {{ label_lineage.literal(model) }} as table_name,
    dataset,
    version_number,
    version,
    feature_id,
    problem
from judged
where problem is not null

{% endtest %}
