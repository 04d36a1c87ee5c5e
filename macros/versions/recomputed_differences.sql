{#-
  Where the frozen versions differ from what the ledger gives under the policy stored with them: the
  steps that freezing takes, for all versions at once. It costs what freezing them in one run would, so of
  many labels it can be asked for one part of the features (see `replay_parts`).
  Redacted features cannot be replayed; their rows are proved by their stored hashes.
-#}
{% macro recomputed_differences(part=0, n_parts=1) %}
    {%- set is_of_part = 'mod(' ~ label_lineage.hash_number('substr(' ~ dbt.hash('feature_id') ~ ', 1, 8)') ~ ', ' ~ n_parts ~ ') = ' ~ part %}
    {%- set ledger = ref('int_ledger') if n_parts == 1 else '(select * from ' ~ ref('int_ledger') ~ ' where ' ~ is_of_part ~ ')' %}
    {%- set policies = label_lineage.policies_ever_used() %}
    {%- set asked = label_lineage.redactions() %}
    {%- set is_partial = asked.features and label_lineage.any_estimate(policies) %}
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
            policy,
            {{ label_lineage.policy_columns('policy') }},
            coalesce(policy <> lag(policy) over (partition by dataset order by version_number), false) as is_policy_new,
            as_of,
            coalesce(
                lag(as_of) over (partition by dataset order by version_number),
                cast('0001-01-01' as {{ label_lineage.type_instant() }})
            ) as previous_as_of
        from registry
    ),

    {{ label_lineage.replay('versions', policies, ledger) }},

    hashed as (
        select
            replayed.*,
            touched.n_new,
            touched.n_late,
            touched.n_retractions,
            touched.n_merges,
            touched.n_corrections,
            touched.is_only_estimated,
            {{ label_lineage.training_row_hash('replayed.') }} as row_hash
        from replayed
        inner join touched
            on replayed.dataset = touched.dataset
            and replayed.version_number = touched.version_number
            and replayed.feature_id = touched.feature_id
    ),

    states as (
        select
            *,
            lag(row_hash) over (partition by dataset, feature_id order by version_number) as previous_row_hash
        from hashed
    ),

    -- A touched feature whose row stayed the same is not logged again.
    recomputed as (
        select *, {{ label_lineage.change_cause() }} as cause from states
        where previous_row_hash is null or previous_row_hash <> row_hash
    ),

    stored as (
        select * from {{ ref('int_freeze_log') }}
        where entry = 'row'
            {%- if n_parts > 1 %}
            and {{ is_of_part }}
            {%- endif %}
    ),

    compared as (
        select
            coalesce(stored.dataset, recomputed.dataset) as dataset,
            coalesce(stored.version_number, recomputed.version_number) as version_number,
            coalesce(stored.version, registry.version) as version,
            coalesce(stored.feature_id, recomputed.feature_id) as feature_id,
            stored.label as frozen_label,
            recomputed.label as recomputed_label,
            case
                when stored.feature_id is null then 'the log has no such change'
                when recomputed.feature_id is null then 'the ledger gives no such change'
                when stored.row_hash = recomputed.row_hash then 'the ledger gives another cause'
                else 'the ledger gives another row'
            end as problem
        from stored
        full outer join recomputed
            on stored.dataset = recomputed.dataset
            and stored.version_number = recomputed.version_number
            and stored.feature_id = recomputed.feature_id
        left join registry
            on recomputed.dataset = registry.dataset and recomputed.version_number = registry.version_number
        where stored.feature_id is null
            or recomputed.feature_id is null
            or stored.row_hash <> recomputed.row_hash
            or coalesce(stored.cause, '') <> recomputed.cause
    )

    select
        'int_freeze_log' as table_name,
        compared.*
    from compared
    {%- if asked.features %}
    where compared.feature_id not in {{ label_lineage.redacted_features() }}
        {%- if is_partial %}
        and {{ label_lineage.is_replayable('compared') }}
        {%- endif %}
    {%- endif %}
    {%- if label_lineage.any_estimate(policies) %}
    union all
    select
        'int_freeze_log' as table_name,
        registry.dataset,
        registry.version_number,
        registry.version,
        cast(null as {{ dbt.type_string() }}) as feature_id,
        cast(null as {{ dbt.type_string() }}) as frozen_label,
        cast(null as {{ dbt.type_string() }}) as recomputed_label,
        'the ledger gives other estimates of the annotators' as problem
    from registry
    left join (
        {{ label_lineage.annotator_checksums(label_lineage.stored_estimates('version_estimates')) }}
    ) as annotators
        on registry.dataset = annotators.dataset and registry.version_number = annotators.version_number
    {%- if asked.annotators %}
    -- The replay knows redacted annotators by their pseudonyms only, and so do the rows that were frozen.
    left join (
        {{ label_lineage.annotator_checksums("(select * from " ~ ref('int_freeze_log') ~ " where entry = 'annotator')") }}
    ) as frozen
        on registry.dataset = frozen.dataset and registry.version_number = frozen.version_number
    {%- endif %}
    where coalesce({{ 'frozen' if asked.annotators else 'registry' }}.annotators_checksum, -1) <> coalesce(annotators.annotators_checksum, -1)
        {%- if is_partial %}
        and {{ label_lineage.is_replayable('registry') }}
        {%- endif %}
    {%- endif %}
{% endmacro %}


{#-
  In how many parts the features are replayed, `n`, each in the memory of a few ten million labels; and which of
  them is due after the newest batch, `due`. Where annotators are estimated, no part can do without the others.
-#}
{% macro replay_parts() %}
    {#- Compiling asks nobody, and there may be no ledger yet. -#}
    {%- if not execute or flags.WHICH not in ['build', 'test', 'retry', 'run-operation'] or label_lineage.log_before('int_ledger') is string -%}{%- do return({'n': 1, 'due': 0}) -%}{%- endif -%}
    {%- if label_lineage.any_estimate(label_lineage.policies_ever_used()) -%}{%- do return({'n': 1, 'due': 0}) -%}{%- endif -%}
    {%- set labels = label_lineage.fetch('select count(*), coalesce(max(batch), 0) from ' ~ ref('int_ledger'))[0] -%}
    {%- set n = 1 + labels[0] // label_lineage.labels_of_a_part() -%}
    {%- do return({'n': n, 'due': labels[1] % n}) -%}
{% endmacro %}


{% macro labels_of_a_part() %}
    {%- do return(25000000) -%}
{% endmacro %}
