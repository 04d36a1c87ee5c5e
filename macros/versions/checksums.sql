{#-
  A row hash's part of a checksum, 0 for a row that is not in the version (no label). Hashes are summed in
  two halves of 60 bits, from digit 1 and from digit 16, so the order of rows does not matter.
-#}
{% macro checksum_part(hash, start, label) -%}
    case
        when {{ label }} is null then cast(0 as decimal(29, 0))
        else cast({{ label_lineage.hash_number('substr(' ~ hash ~ ', ' ~ start ~ ', 15)') }} as decimal(29, 0))
    end
{%- endmacro %}


{#- What a change adds to a checksum: its new row, less the row it replaces. -#}
{% macro checksum_delta(start) -%}
    {{ label_lineage.checksum_part('row_hash', start, 'label') }}
    - {{ label_lineage.checksum_part('previous_row_hash', start, 'previous_label') }}
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


{#- For each version in `estimates`, the sum of the first 60 bits of the hashes of its annotators' rows. -#}
{% macro annotator_checksums(estimates) %}
    select dataset, version_number, cast(sum({{ label_lineage.checksum_part('row_hash', 1, "''") }}) as decimal(29, 0)) as annotators_checksum
    from (
        select dataset, version_number, {{ label_lineage.annotator_hash() }} as row_hash from {{ estimates }} as estimates
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
