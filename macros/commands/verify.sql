{#-
  Proves every frozen version: the stored rows give the checksums, the registry gives the fingerprints,
  the ledger gives the hashes of its admission and, replayed, every version anew. Takes the data tests'
  own queries, reads only, and fails the command when something does not hold.
    dbt run-operation verify
-#}
{% macro verify() %}
    {%- if not execute -%}{%- do return('') -%}{%- endif -%}
    {%- set planning = label_lineage.plan_for_joins() | trim -%}
    {%- if planning -%}{%- do run_query(planning) -%}{%- endif -%}
    {%- set checks = [
        ['No label went missing from the ledger', label_lineage.incomplete_batches()],
        ['No label in the ledger was changed', label_lineage.test_content_unchanged(ref('int_ledger'))],
        ['No frozen row was changed', label_lineage.test_frozen_rows_unchanged(ref('int_freeze_log'))],
        ['The log of changes gives the checksum of every version', label_lineage.test_frozen(ref('int_freeze_log'))],
        ['What readers see gives the checksum of every version', label_lineage.test_frozen(ref('int_training_rows'), until='until_version_number')],
        ['No estimate of an annotator was changed', label_lineage.test_frozen_annotators(ref('int_freeze_log'))],
        ['The chain of fingerprints holds', label_lineage.test_chain_holds(ref('int_freeze_log'))],
        ['The ledger, replayed, gives every version', label_lineage.recomputed_differences()],
        ['What was redacted is gone, and what stayed of it is unchanged', label_lineage.erasure_problems()],
    ] -%}
    {%- set failed = [] -%}
    {%- for title, query in checks -%}
        {%- set result = run_query(query) -%}
        {%- do print(('ok      ' if not result.rows else 'FAILED  ') ~ title) -%}
        {%- if result.rows -%}
            {%- do failed.append(title) -%}
            {%- do label_lineage.print_table(result.column_names | list, label_lineage.first_rows(result), '          ') -%}
            {%- if result.rows | length > 8 -%}{%- do print('          ... and ' ~ (result.rows | length - 8) ~ ' more') -%}{%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set versions = label_lineage.fetch('select count(*), count(distinct dataset), coalesce(sum(n_rows), 0) from ' ~ ref('dataset_versions'))[0] -%}
    {%- set scope = label_lineage.cell(versions[0]) ~ ' frozen version(s) of ' ~ label_lineage.cell(versions[1]) ~ ' dataset(s), ' ~ label_lineage.cell(versions[2]) ~ ' rows' -%}
    {%- if failed -%}
        {{ label_lineage.refuse('of ' ~ scope ~ ', ' ~ failed | length ~ ' statement(s) do not hold, see above; restore the tables named there from a backup') }}
    {%- endif -%}
    {%- do print('') -%}
    {%- do print('Verified: ' ~ scope) -%}
    {%- do label_lineage.print_redacted() -%}
{% endmacro %}


{#- What redactions have taken out of the frozen versions, and which of these can therefore not be replayed any more. -#}
{% macro print_redacted() %}
    {%- if not label_lineage.redactions().features -%}{%- do return('') -%}{%- endif -%}
    {%- do label_lineage.print_counts('Rows of it that were redacted since, checked by the digests stored with them', label_lineage.redacted_versions(), ['dataset', 'version', 'rows', 'redacted']) -%}
    {%- do label_lineage.print_counts('Not replayed, because redacted labels had a voice in the estimates',
        'select versions.dataset, versions.version from ' ~ ref('dataset_versions') ~ ' as versions inner join (' ~ label_lineage.unprovable_versions()
        ~ ') as unprovable on versions.dataset = unprovable.dataset and versions.version_number <= unprovable.version_number order by versions.dataset, versions.version_number',
        ['dataset', 'version']) -%}
{% endmacro %}


{% macro first_rows(result, most=8) %}
    {%- set rows = [] -%}
    {%- for row in result.rows -%}
        {%- if loop.index <= most -%}{%- do rows.append(row.values() | list) -%}{%- endif -%}
    {%- endfor -%}
    {%- do return(rows) -%}
{% endmacro %}
