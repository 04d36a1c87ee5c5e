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


{#- The checksum as it is published: both sums. -#}
{% macro rows_checksum() %}
    {%- set text = dbt.type_string() -%}
    cast(checksum_high as {{ text }}) || '-' || cast(checksum_low as {{ text }})
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
