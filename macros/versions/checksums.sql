{#-
  A row hash's part of a checksum, 0 for a row that is not in the version (no label). Hashes are summed in
  two halves of 60 bits, from digit 1 and from digit 16, so the order of rows does not matter.
-#}
{% macro checksum_part(hash, start, label) -%}
    case
        when {{ label }} is null then cast(0 as {{ label_lineage.type_decimal(29, 0) }})
        else cast({{ label_lineage.hash_number('substr(' ~ hash ~ ', ' ~ start ~ ', 15)') }} as {{ label_lineage.type_decimal(29, 0) }})
    end
{%- endmacro %}


{#- What a change adds to a checksum: its new row, less the row it replaces, whose label may be erased. -#}
{% macro checksum_delta(start) -%}
    {{ label_lineage.checksum_part('row_hash', start, 'label') }}
    - {{ label_lineage.checksum_part('previous_row_hash', start, "case when change in ('changed', 'removed') then feature_id end") }}
{%- endmacro %}


{#- The checksum as it is published: both sums, and that of the annotators where the policy estimates them. -#}
{% macro rows_checksum() %}
    {%- set text = dbt.type_string() -%}
    cast(checksum_high as {{ text }}) || '-' || cast(checksum_low as {{ text }}) || coalesce('-' || cast(annotators_checksum as {{ text }}), '')
{%- endmacro %}


{#- One link of a dataset's fingerprint chain: everything the registry says about a version. -#}
{% macro version_digest() %}
    {%- set columns = ['dataset', 'version', label_lineage.utc_text('as_of'), 'policy', 'rows_checksum', 'package_release'] -%}
    {%- for number in ['version_number', 'n_rows', 'n_added', 'n_changed', 'n_removed'] -%}
        {%- do columns.append('cast(' ~ number ~ ' as ' ~ dbt.type_string() ~ ')') -%}
    {%- endfor -%}
    {{- label_lineage.hash_columns(columns) -}}
{% endmacro %}


{#-
  Fingerprint of each version in `digests` (dataset, version_number, digest): the md5 over the digests
  of all versions of the dataset up to it. So a change in any old version shows in every later one,
  and the chain needs no recursion, which some engines allow for ten steps only.
-#}
{% macro fingerprint_chain(digests) %}
    select
        later.dataset,
        later.version_number,
        {{ dbt.hash(label_lineage.text_agg('earlier.digest', '', 'earlier.version_number')) }} as fingerprint
    from {{ digests }} as later
    inner join {{ digests }} as earlier
        on later.dataset = earlier.dataset and earlier.version_number <= later.version_number
    group by later.dataset, later.version_number
{%- endmacro %}


{#- Everything that is stored of an annotator, in a fixed order. -#}
{% macro annotator_hash() %}
    {%- set text, number = dbt.type_string(), dbt.type_bigint() -%}
    {{- label_lineage.hash_columns([
        'annotator_id',
        'true_label',
        'given_label',
        'cast(cast(probability * 1000000 as ' ~ number ~ ') as ' ~ text ~ ')',
        'cast(cast(n_expected * 1000 as ' ~ number ~ ') as ' ~ text ~ ')',
    ]) -}}
{% endmacro %}


{#-
  For each version in `estimates`, the sum of the first 60 bits of the hashes of its annotators' rows. Of a
  frozen row from which a redaction took a name, the hash that it stored then.
-#}
{% macro annotator_checksums(estimates, stored=false) %}
    {%- set hash_now = label_lineage.annotator_hash() -%}
    select dataset, version_number, cast(sum({{ label_lineage.checksum_part('row_hash', 1, "''") }}) as {{ label_lineage.type_decimal(29, 0) }}) as annotators_checksum
    from (
        select dataset, version_number, {{ 'coalesce(row_hash, ' ~ hash_now ~ ')' if stored else hash_now }} as row_hash from {{ estimates }} as estimates
    ) as hashed
    group by dataset, version_number
{%- endmacro %}


{#- The estimates worth storing: cells that round to 0 are not. -#}
{% macro stored_estimates(estimates) -%}
    (
        select dataset, version_number, {{ label_lineage.annotator_columns() | join(', ') }} from {{ estimates }} as estimates
        where probability > 0 or true_label is null
    )
{%- endmacro %}


{#-
  The rows of the freeze log, or of a table with its rows, with the hash of what each says now. A row whose
  payload was redacted keeps the hash stored with it, which the checksums of its versions and the log of
  erasures prove. `row_in_data` is NULL for a row that is not in its version.
-#}
{% macro hashed_rows(model) %}
    {%- set in_data = 'case when ' ~ label_lineage.is_in_data('entries.outcome') ~ ' then entries.feature_id end' -%}
    {%- if not label_lineage.redactions().features %}
    select entries.*, {{ in_data }} as row_in_data, false as is_redacted, {{ label_lineage.training_row_hash('entries.') }} as hash_now
    from {{ model }} as entries
    where entries.entry = 'row'
    {%- else %}
    select
        entries.*,
        {{ in_data }} as row_in_data,
        erased.feature_id is not null as is_redacted,
        coalesce(erased.stored_hash, {{ label_lineage.training_row_hash('entries.') }}) as hash_now
    from {{ model }} as entries
    left join (
        select dataset, version_number, feature_id, row_hash as stored_hash
        from {{ label_lineage.log_before('int_freeze_log') }} as freeze_log
        where entry = 'row' and {{ label_lineage.is_erased() }} and feature_id in {{ label_lineage.redacted_features() }}
    ) as erased
        on entries.dataset = erased.dataset
        and entries.version_number = erased.version_number
        and entries.feature_id = erased.feature_id
    where entries.entry = 'row'
    {%- endif %}
{%- endmacro %}
