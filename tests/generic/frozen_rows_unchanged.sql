{#-
  Every row ever frozen still says what it said: its content gives the hash stored with it, and it
  names as previous what the row before it of the same feature says. Names the feature, where the test
  `frozen` names the version. A redaction takes label and votes out of a row, and nothing else.
-#}
{% test frozen_rows_unchanged(model) %}

with rows_in_order as (
    select
        *,
        {{ label_lineage.is_in_data() }} as is_in,
        coalesce(lag({{ label_lineage.is_in_data() }}) over (partition by dataset, feature_id order by version_number), false) as was_in,
        lag(label) over (partition by dataset, feature_id order by version_number) as label_before,
        lag(row_hash) over (partition by dataset, feature_id order by version_number) as hash_before
    from (
        {{ label_lineage.hashed_rows(model) }}
    ) as hashed
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
            when (label is not null) <> (is_in and not is_redacted) then 'has a label against its outcome'
        end as problem
    from rows_in_order
)

select
    {{ label_lineage.literal(model) }} as table_name,
    dataset,
    version,
    feature_id,
    problem
from judged
where problem is not null

{% endtest %}
