{#- Every label that a frozen row was made from is still in the ledger, under the row's feature and task. -#}
{% macro leaves_missing_from_ledger() %}
    with frozen_rows as (
        select * from {{ ref('int_freeze_log') }}
        where entry = 'row'
    ),

    leaves as (
        {{ label_lineage.unnest_list('frozen_rows', 'leaf_node_ids', ['dataset', 'version_number', 'version', 'task', 'feature_id']) }}
    )

    select
        'int_ledger' as table_name,
        leaves.dataset,
        leaves.version_number,
        leaves.version,
        leaves.feature_id,
        leaves.item as missing_node_id
    from leaves
    left join {{ ref('int_ledger') }} as ledger
        on leaves.item = ledger.node_id
        and leaves.feature_id = ledger.feature_id
        and leaves.task = ledger.task
    where ledger.node_id is null
{% endmacro %}


{#- A frozen row stands in the split that its feature was given at first sight. -#}
{% macro rows_out_of_their_split() %}
    select
        'int_freeze_log, int_splits' as table_name,
        frozen_rows.dataset,
        frozen_rows.version_number,
        frozen_rows.version,
        frozen_rows.feature_id,
        frozen_rows.split,
        splits.split as assigned_split
    from {{ ref('int_freeze_log') }} as frozen_rows
    left join {{ ref('int_splits') }} as splits
        on frozen_rows.dataset = splits.dataset and frozen_rows.feature_id = splits.feature_id
    where frozen_rows.entry = 'row'
        and coalesce(frozen_rows.split <> splits.split, true)
{% endmacro %}


{#- The group by which a feature got its split is one that its labels name. Grouped, which takes less memory than a join. -#}
{% macro splits_by_unnamed_groups() %}
    {%- set text = dbt.type_string() %}
    select
        'int_splits' as table_name,
        min(named_groups.dataset) as dataset,
        named_groups.feature_id,
        named_groups.split_group,
        min(named_groups.split) as split
    from (
        select dataset, feature_id, split_group, split from {{ ref('int_splits') }}
        union all
        select cast(null as {{ text }}) as dataset, feature_id, split_group, cast(null as {{ text }}) as split from {{ ref('int_ledger') }}
    ) as named_groups
    group by named_groups.feature_id, named_groups.split_group
    having count(named_groups.dataset) = count(*)
{% endmacro %}


{% macro labels_in_a_frozen_past() %}
    with cutoffs as (
        select
            task,
            as_of,
            min(frozen_at) as frozen_at
        from {{ ref('int_freeze_log') }}
        where entry = 'version'
        group by task, as_of
    ),

    -- Late labels are few; all others stop at the first comparison.
    unexplained as (
        select ledger.node_id, cast(null as {{ label_lineage.type_instant() }}) as as_of
        from {{ ref('int_ledger') }} as ledger
        left join cutoffs
            on ledger.task = cutoffs.task
            and ledger.recorded_at <= cutoffs.as_of
            and ledger.effective_at = {{ label_lineage.add_microseconds('cutoffs.as_of', 1) }}
        where ledger.effective_at <> ledger.recorded_at and cutoffs.task is null
    ),

    batches as (
        select task, admitted_at, min(effective_at) as first_effective_at
        from {{ ref('int_ledger') }} as ledger
        group by task, admitted_at
    ),

    intruders as (
        select ledger.node_id, cutoffs.as_of
        from batches
        inner join cutoffs
            on batches.task = cutoffs.task
            and batches.admitted_at > cutoffs.frozen_at
            and batches.first_effective_at <= cutoffs.as_of
        inner join {{ ref('int_ledger') }} as ledger
            on batches.task = ledger.task
            and batches.admitted_at = ledger.admitted_at
            and ledger.effective_at <= cutoffs.as_of
    ),

    problems as (
        select * from unexplained
        union all
        select * from intruders
    )

    select
        'int_ledger' as table_name,
        ledger.task,
        ledger.feature_id,
        ledger.node_id,
        ledger.recorded_at,
        ledger.effective_at,
        problems.as_of as frozen_cutoff
    from {{ ref('int_ledger') }} as ledger
    inner join problems on ledger.node_id = problems.node_id
{% endmacro %}


{#- The registry entries that readers see are those of the log, to the instant at which they were frozen. -#}
{% macro registry_against_log() %}
    {%- set numbers, texts = ['n_rows', 'n_added', 'n_changed', 'n_removed', 'checksum_high', 'checksum_low', 'annotators_checksum'], [] %}
    {%- for column in ['version', 'task'] + label_lineage.entry_columns() if column not in numbers + ['as_of', 'frozen_at'] -%}
        {%- do texts.append(column) -%}
    {%- endfor %}
    {%- set parts = [('int_freeze_log', 'logged'), ('int_training_rows', 'shown')] %}
    with
    {%- for model, part in parts %}
    {{ part }} as (
        select * from {{ ref(model) }}
        where entry = 'version'
    ){{ ',' if not loop.last }}
    {%- endfor %}

    select
        'int_training_rows' as table_name,
        coalesce(logged.dataset, shown.dataset) as dataset,
        coalesce(logged.version_number, shown.version_number) as version_number,
        coalesce(logged.version, shown.version) as version,
        logged.fingerprint as logged_fingerprint,
        shown.fingerprint as shown_fingerprint
    from logged
    full outer join shown on logged.dataset = shown.dataset and logged.version_number = shown.version_number
    where logged.dataset is null
        or shown.dataset is null
        or logged.as_of <> shown.as_of
        or logged.frozen_at <> shown.frozen_at
        {%- for column in numbers %}
        or coalesce(logged.{{ column }}, -1) <> coalesce(shown.{{ column }}, -1)
        {%- endfor %}
        {%- for column in texts %}
        or coalesce(logged.{{ column }}, '') <> coalesce(shown.{{ column }}, '')
        {%- endfor %}
{% endmacro %}


{#- Rows that readers see otherwise than the log has them: with another content, for other versions, or not at all. -#}
{% macro rows_against_log() %}
    with logged as (
        select
            dataset,
            version_number,
            version,
            feature_id,
            row_hash,
            lead(version_number) over (partition by dataset, feature_id order by version_number) as until_version_number
        from {{ ref('int_freeze_log') }}
        where entry = 'row'
    ),

    shown as (
        {{ label_lineage.hashed_rows(ref('int_training_rows')) }}
    )

    select
        'int_training_rows' as table_name,
        coalesce(logged.dataset, shown.dataset) as dataset,
        coalesce(logged.version_number, shown.version_number) as version_number,
        coalesce(logged.version, shown.version) as version,
        coalesce(logged.feature_id, shown.feature_id) as feature_id,
        case
            when logged.dataset is null then 'the log has no such row'
            when shown.dataset is null then 'readers do not see this row'
            when logged.row_hash <> shown.hash_now then 'says something else than the log'
            else 'holds for other versions than the log says'
        end as problem
    from logged
    full outer join shown
        on logged.dataset = shown.dataset
        and logged.version_number = shown.version_number
        and logged.feature_id = shown.feature_id
    where logged.dataset is null
        or shown.dataset is null
        or logged.row_hash <> shown.hash_now
        or coalesce(logged.until_version_number, 0) <> coalesce(shown.until_version_number, 0)
{% endmacro %}
