{#-
  What the erased rows still say, hashed: nodes of the ledger up to a batch, rows of frozen versions, and
  estimates of annotators. Their own digests are of what they said before, so this is what shows should one
  of them be altered later, or another row be emptied under the cover of a redaction.
-#}
{% macro erased_rows(ledger_batch) %}
    select 'node' as entry, {{ label_lineage.content_hash() }} as hash_now
    from {{ label_lineage.log_before('int_ledger') }} as ledger
    where batch <= {{ ledger_batch }} and {{ label_lineage.is_redacted_node() }}
    union all
    select 'row' as entry, {{ label_lineage.hash_columns([label_lineage.training_row_hash(), 'change', 'cause']) }} as hash_now
    from {{ label_lineage.log_before('int_freeze_log') }} as freeze_log
    where entry = 'row' and {{ label_lineage.is_erased() }}
    union all
    select 'annotator' as entry, {{ label_lineage.annotator_hash() }} as hash_now
    from {{ label_lineage.log_before('int_freeze_log') }} as freeze_log
    where entry = 'annotator' and row_hash is not null
{%- endmacro %}


{#- Whether a redaction covers a node of the ledger. -#}
{% macro is_redacted_node() -%}
    (feature_id in {{ label_lineage.redacted_features() }} or annotator_id in {{ label_lineage.redacted_annotators() }})
{%- endmacro %}


{#- Their numbers and the sum of the first 60 bits of their hashes. -#}
{% macro erased_totals(ledger_batch) %}
    select
        count(case when entry = 'node' then 1 end) as n_nodes,
        count(case when entry = 'row' then 1 end) as n_rows,
        count(case when entry = 'annotator' then 1 end) as n_estimates,
        cast(coalesce(sum({{ label_lineage.checksum_part('hash_now', 1, 'hash_now') }}), 0) as {{ label_lineage.type_decimal(29, 0) }}) as checksum
    from (
        {{ label_lineage.erased_rows(ledger_batch) }}
    ) as erased_rows
{%- endmacro %}


{#-
  Redactions that were not carried out, payloads that are again there, and erased rows that were altered since. The last
  two are asked when nothing waits: the next run erases all of it, and its data test asks.
-#}
{% macro erasure_problems() %}
    {%- set asked = label_lineage.redactions() -%}
    {%- set text = dbt.type_string() %}
    select
        'int_redactions' as table_name,
        feature_id,
        annotator_id,
        'is asked for and not carried out; run dbt build' as problem
    from {{ ref('int_redactions') }}
    where batch > (select coalesce(max(batch), 0) from {{ ref('int_erasures') }})
    {%- if (asked.features or asked.annotators) and not asked.is_pending %}
    {%- for erasure in label_lineage.erasing_statements(asked) %}
    {%- set has_feature = 'feature_id' in erasure.where %}
    union all
    select
        '{{ erasure.table }}' as table_name,
        {{ 'feature_id' if has_feature else 'cast(null as ' ~ text ~ ')' }} as feature_id,
        {{ 'cast(null as ' ~ text ~ ')' if has_feature else label_lineage.pseudonym('annotator_id') }} as annotator_id,
        'holds what was redacted; run dbt build --full-refresh' as problem
    from {{ label_lineage.log_before(erasure.table) }} as kept
    where {{ erasure.where }}
    {%- endfor %}
    union all
    select
        'int_ledger, int_freeze_log' as table_name,
        cast(null as {{ text }}) as feature_id,
        cast(null as {{ text }}) as annotator_id,
        'the redacted rows are not those that the last erasure left: '
        || cast(found.n_nodes as {{ text }}) || ' labels, ' || cast(found.n_rows as {{ text }}) || ' frozen rows, ' || cast(found.n_estimates as {{ text }}) || ' estimates'
        || ' instead of ' || cast(erasures.n_nodes as {{ text }}) || ', ' || cast(erasures.n_rows as {{ text }}) || ', ' || cast(erasures.n_estimates as {{ text }})
        || case when found.checksum = erasures.checksum then '' else ', with another content' end as problem
    from {{ ref('int_erasures') }} as erasures
    cross join (
        {{ label_lineage.erased_totals('(select max(ledger_batch) from ' ~ ref('int_erasures') ~ ')') }}
    ) as found
    where erasures.erasure = (select max(erasure) from {{ ref('int_erasures') }})
        and (
            found.n_nodes <> erasures.n_nodes
            or found.n_rows <> erasures.n_rows
            or found.n_estimates <> erasures.n_estimates
            or found.checksum <> erasures.checksum
        )
    {%- endif %}
{% endmacro %}


{#- Pre-hook of stg_redactions: a redaction that cannot be read must not pass for one that was carried out. -#}
{% macro check_redaction_columns() %}
    {%- if not execute -%}{%- do return('') -%}{%- endif -%}
    {%- for input in label_lineage.settings().redactions -%}
        {%- set types = label_lineage.input_columns(input, 'redactions') -%}
        {%- for column in ['feature_id', 'annotator_id', 'reason', 'redacted_at'] if column not in types -%}
            {{ label_lineage.refuse("the setting 'redactions' names " ~ input | string | tojson ~ ", which has no column '" ~ column ~ "'; " ~ label_lineage.columns_there(types)) }}
        {%- endfor -%}
        {%- for column in ['feature_id', 'annotator_id'] if modules.re.match('(?i)(float|double|real)', types[column]) -%}
            {{ label_lineage.refuse("the column '" ~ column ~ "' of the input " ~ input | string | tojson ~ " is of type " ~ types[column] ~ ", which cannot hold ids; write them as text or whole numbers") }}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}


{#-
  For each dataset that ever estimated annotators, the last version up to which labels that are redacted now
  had a voice in the estimates: those versions are proved by their stored hashes, and cannot be replayed.
-#}
{% macro unprovable_versions() %}
    select states.dataset, max(states.last_number) as version_number
    from (
        select
            dataset,
            feature_id,
            coalesce(min(case when outcome = 'redacted' then version_number end), {{ label_lineage.head_number() }}) as last_number
        from {{ label_lineage.log_before('int_freeze_log') }} as freeze_log
        where entry = 'row' and feature_id in {{ label_lineage.redacted_features() }}
        group by dataset, feature_id
    ) as states
    inner join (
        select distinct dataset
        from (
            select dataset, {{ label_lineage.policy_columns('policy') }}
            from {{ label_lineage.log_before('int_freeze_log') }} as freeze_log
            where entry = 'version'
        ) as versions
        where {{ label_lineage.is_estimated('versions') }}
    ) as estimated on states.dataset = estimated.dataset
    group by states.dataset
{%- endmacro %}


{#- Whether the version that a row belongs to can be replayed from the ledger. -#}
{% macro is_replayable(row) -%}
    not exists (
        select 1 from ({{ label_lineage.unprovable_versions() }}) as unprovable
        where {{ row }}.dataset = unprovable.dataset and {{ row }}.version_number <= unprovable.version_number
    )
{%- endmacro %}


{#- How many rows of each frozen version were redacted. -#}
{% macro redacted_versions() %}
    select
        versions.dataset,
        versions.version,
        versions.n_rows,
        count(*) as n_redacted
    from {{ ref('int_training_rows') }} as versions
    inner join {{ ref('int_training_rows') }} as training_rows
        on versions.dataset = training_rows.dataset
        and training_rows.version_number <= versions.version_number
        and (training_rows.until_version_number is null or training_rows.until_version_number > versions.version_number)
    where versions.entry = 'version'
        and training_rows.entry = 'row'
        and {{ label_lineage.is_erased('training_rows.') }}
        and {{ label_lineage.is_in_data('training_rows.outcome') }}
    group by versions.dataset, versions.version, versions.version_number, versions.n_rows
    order by versions.dataset, versions.version_number
{% endmacro %}
