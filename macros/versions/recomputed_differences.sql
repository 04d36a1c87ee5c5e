{#-
  Where the frozen versions differ from what the ledger gives under the policy stored with them: the
  steps that freezing takes, for all versions at once. It costs what freezing them in one run would.
-#}
{% macro recomputed_differences() %}
    with registry as (
        select * from {{ ref('int_training_rows') }}
        where entry = 'version'
    ),

    versions as (
        select
            dataset,
            task,
            version,
            version_number,
            {{ label_lineage.policy_columns('policy') }},
            coalesce(policy <> lag(policy) over (partition by dataset order by version_number), false) as is_policy_new,
            as_of,
            coalesce(
                lag(as_of) over (partition by dataset order by version_number),
                cast('0001-01-01' as {{ dbt.type_timestamp() }})
            ) as previous_as_of
        from registry
    ),

    touched as (
        {{ label_lineage.touched_features('versions', ref('int_ledger')) }}
    ),

    version_leaves as (
        {{ label_lineage.leaves(
            touched='touched',
            versions='versions',
            ledger=ref('int_ledger'),
            edges=ref('int_ledger_edges'),
            children=ref('int_children'),
            lineage=ref('int_lineage'),
            rules=label_lineage.rules() | list,
            weights=['attention', 'independent_roots'],
        ) }}
    ),

    outcomes as (
        {{ label_lineage.outcomes('version_leaves', 'versions', label_lineage.rules() | list) }}
    ),

    training_rows as (
        select outcomes.*, splits.split
        from outcomes
        left join {{ ref('int_splits') }} as splits
            on outcomes.dataset = splits.dataset and outcomes.feature_id = splits.feature_id
    ),

    hashed as (
        select *, {{ label_lineage.training_row_hash() }} as row_hash from training_rows
    ),

    states as (
        select
            *,
            lag(row_hash) over (partition by dataset, feature_id order by version_number) as previous_row_hash
        from hashed
    ),

    -- A touched feature whose row stayed the same is not logged again.
    recomputed as (
        select * from states
        where previous_row_hash is null or previous_row_hash <> row_hash
    ),

    stored as (
        select * from {{ ref('int_freeze_log') }}
        where entry = 'row'
    )

    select
        'int_freeze_log' as table_name,
        coalesce(stored.dataset, recomputed.dataset) as dataset,
        coalesce(stored.version_number, recomputed.version_number) as version_number,
        coalesce(stored.feature_id, recomputed.feature_id) as feature_id,
        stored.label as frozen_label,
        recomputed.label as recomputed_label,
        case
            when stored.feature_id is null then 'the log has no such change'
            when recomputed.feature_id is null then 'the ledger gives no such change'
            else 'the ledger gives another row'
        end as problem
    from stored
    full outer join recomputed
        on stored.dataset = recomputed.dataset
        and stored.version_number = recomputed.version_number
        and stored.feature_id = recomputed.feature_id
    where stored.feature_id is null
        or recomputed.feature_id is null
        or stored.row_hash <> recomputed.row_hash
{% endmacro %}
