{#-
  Proves every frozen version: the stored rows give the checksums, the registry gives the fingerprints,
  the ledger gives the hashes of its admission and, replayed, every version anew. Takes the data tests'
  own queries, reads only, and fails the command when something does not hold; then it names table,
  version and row. With `inputs`, it also asks whether the raw rows still say what was admitted.
    dbt run-operation verify
    dbt run-operation verify --args '{inputs: true}'
-#}
{% macro verify(inputs=false) %}
    {%- if not execute -%}{%- do return('') -%}{%- endif -%}
    {%- set planning = label_lineage.plan_for_joins() | trim -%}
    {%- if planning -%}{%- do run_query(planning) -%}{%- endif -%}
    {%- set unfinished = label_lineage.fetch(label_lineage.unfinished_work()) -%}
    {%- if unfinished and not label_lineage.fetch(label_lineage.damaged_batches()) -%}
        {{ label_lineage.refuse('the last run did not finish, for ' ~ unfinished[0][0] ~ '; run everything (dbt build), then verify again') }}
    {%- endif -%}
    {%- set checks = [
        ['No label went missing from the ledger', label_lineage.incomplete_batches()],
        ['No label in the ledger was changed', label_lineage.test_content_unchanged(ref('int_ledger'))],
        ['Labels of one batch were admitted alike', label_lineage.labels_apart_from_their_batch()],
        ['The links are the parents that labels name', label_lineage.edges_against_ledger()],
        ['No label entered a past that was frozen', label_lineage.labels_in_a_frozen_past()],
        ['Every label that a version was made from is in the ledger', label_lineage.leaves_missing_from_ledger()],
        ['No frozen row was changed', label_lineage.test_frozen_rows_unchanged(ref('int_freeze_log'))],
        ['Every frozen row stands in the split of its feature', label_lineage.rows_out_of_their_split()],
        ['Every split is by a group that labels name', label_lineage.splits_by_unnamed_groups()],
        ['The log of changes gives the checksum of every version', label_lineage.test_frozen(ref('int_freeze_log'))],
        ['What readers see gives the checksum of every version', label_lineage.test_frozen(ref('int_training_rows'), until='until_version_number')],
        ['No estimate of an annotator was changed', label_lineage.test_frozen_annotators(ref('int_freeze_log'))],
        ['The chain of fingerprints holds', label_lineage.test_chain_holds(ref('int_freeze_log'))],
        ['What was redacted is gone, and what stayed of it is unchanged', label_lineage.erasure_problems()],
        ['The registry that readers see is that of the log', label_lineage.registry_against_log()],
        ['The rows that readers see are those of the log', label_lineage.rows_against_log()],
    ] -%}
    {%- set raw_rows = 'The raw rows still say what was admitted' -%}
    {%- if inputs -%}
        {%- do checks.append([raw_rows, label_lineage.changed_raw_rows()]) -%}
    {%- endif -%}
    {%- set failed, nodes = [], [] -%}
    {%- for title, query in checks -%}
        {%- set n_failed = label_lineage.print_check(title, query, nodes) -%}
        {%- if n_failed -%}{%- do failed.append(title) -%}{%- endif -%}
    {%- endfor -%}
    {#- Built last: it reads the policies that are stored, which were compared above. -#}
    {%- set replay = 'The ledger, replayed, gives every version' -%}
    {%- set n_parts = label_lineage.replay_parts().n -%}
    {%- for part in range(n_parts) -%}
        {%- set title = replay ~ (', part ' ~ (part + 1) ~ ' of ' ~ n_parts if n_parts > 1 else '') -%}
        {%- if label_lineage.print_check(title, label_lineage.recomputed_differences(part, n_parts), nodes) -%}{%- do failed.append(title) -%}{%- endif -%}
    {%- endfor -%}
    {%- if nodes -%}{%- do label_lineage.print_versions_made_from(nodes) -%}{%- endif -%}
    {%- set versions = label_lineage.fetch('select count(*), count(distinct dataset), coalesce(sum(n_rows), 0) from ' ~ ref('dataset_versions'))[0] -%}
    {%- set scope = label_lineage.cell(versions[0]) ~ ' frozen version(s) of ' ~ label_lineage.cell(versions[1]) ~ ' dataset(s), ' ~ label_lineage.cell(versions[2]) ~ ' rows' -%}
    {%- if failed == [raw_rows] -%}
        {{ label_lineage.refuse('the raw rows differ from what was admitted, see above; the ' ~ scope ~ ' hold, so mend the raw rows, or correct labels by new nodes') }}
    {%- elif failed -%}
        {{ label_lineage.refuse('on ' ~ scope ~ ', ' ~ failed | length ~ ' check(s) failed, see above; do what a row says and, where it says nothing, restore the table that it names from a backup') }}
    {%- endif -%}
    {%- do print('') -%}
    {%- do print('Verified: ' ~ scope) -%}
    {%- do label_lineage.print_redacted() -%}
{% endmacro %}


{#- What a run that was killed, or left tables out, has logged and not carried on; one row at most. That is no damage: the next run goes on from there. -#}
{% macro unfinished_work() %}
    {%- set text = dbt.type_string() %}
    with unlinked as (
        {{ label_lineage.batches_without_links(ref('int_ledger'), ref('int_ledger_edges')) }}
    ),

    published as (
        select distinct dataset, version_number from {{ ref('int_training_rows') }}
    ),

    problems as (
        select distinct 'int_ledger_batches does not hold batch ' || cast(batch as {{ text }}) || ' of int_ledger yet' as problem
        from {{ ref('int_ledger') }} as ledger
        where batch > {{ label_lineage.last_complete_batch() }}
        union all
        select 'int_ledger_edges does not hold the links of batch ' || cast(batch as {{ text }}) || ' of int_ledger yet' as problem
        from unlinked
        union all
        select 'int_training_rows does not hold version ' || {{ label_lineage.json_quote('freeze_log.version') }} || ' of ' || {{ label_lineage.json_quote('freeze_log.dataset') }} || ' yet, which int_freeze_log does' as problem
        from {{ ref('int_freeze_log') }} as freeze_log
        left join published
            on freeze_log.dataset = published.dataset and freeze_log.version_number = published.version_number
        where freeze_log.entry = 'version' and published.dataset is null
    )

    select first_problem from (select min(problem) as first_problem from problems) as found
    where first_problem is not null
{% endmacro %}


{#- Batches that a run completed and that are not whole any more: damage, whether the last run finished or not. -#}
{% macro damaged_batches() %}
    select incomplete.batch
    from (
        {{ label_lineage.incomplete_batches() }}
    ) as incomplete
    where incomplete.n_nodes_admitted is not null
        or incomplete.batch <= {{ label_lineage.last_complete_batch() }}
{% endmacro %}


{#- The newest batch that is in `int_ledger_batches`, 0 before the first. -#}
{% macro last_complete_batch() -%}
    (select coalesce(max(batch), 0) from {{ ref('int_ledger_batches') }} as batches)
{%- endmacro %}


{#- What redactions have taken out of the frozen versions, and which of these can therefore not be replayed any more. -#}
{% macro print_redacted() %}
    {%- set asked = label_lineage.redactions() -%}
    {%- if asked.features -%}
        {%- do label_lineage.print_counts('Redacted rows, checked by the digests stored with them', label_lineage.redacted_versions(), ['dataset', 'version', 'rows', 'redacted']) -%}
        {%- do label_lineage.print_counts('Not replayed, because redacted labels had a voice in the estimates',
            'select versions.dataset, versions.version from ' ~ ref('dataset_versions') ~ ' as versions inner join (' ~ label_lineage.unprovable_versions()
            ~ ') as unprovable on versions.dataset = unprovable.dataset and versions.version_number <= unprovable.version_number order by versions.dataset, versions.version_number',
            ['dataset', 'version']) -%}
    {%- endif -%}
    {%- if asked.annotators -%}
        {%- do label_lineage.print_counts('Labels of redacted annotators, who have pseudonyms since',
            'select task, count(*) from ' ~ ref('int_ledger') ~ ' where annotator_id in ' ~ label_lineage.redacted_annotators() ~ ' group by task order by task',
            ['task', 'labels']) -%}
    {%- endif -%}
    {%- do return('') -%}
{% endmacro %}


{#- Prints whether a check holds and, if not, the first rows that fail it. Adds the labels among them to `nodes`. -#}
{% macro print_check(title, query, nodes) %}
    {%- set most = 8 -%}
    {%- set result = run_query('select found.*, count(*) over () as n_found from (' ~ query ~ ') as found order by 1, 2, 3, 4, 5 limit ' ~ most) -%}
    {%- do print(('ok      ' if not result.rows else 'FAILED  ') ~ title) -%}
    {%- if not result.rows -%}{%- do return(0) -%}{%- endif -%}
    {%- set columns, rows = (result.column_names | list)[:-1], [] -%}
    {%- for row in result.rows -%}
        {%- do rows.append((row.values() | list)[:-1]) -%}
        {%- for column in columns if column | lower in ['node_id', 'missing_node_id', 'child_id'] -%}
            {%- if row[column] not in nodes -%}{%- do nodes.append(row[column]) -%}{%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set n_found = result.rows[0].values()[-1] | int -%}
    {%- do label_lineage.print_table(columns, rows, '          ') -%}
    {%- if n_found > rows | length -%}{%- do print('          ... and ' ~ label_lineage.cell(n_found - rows | length) ~ ' more') -%}{%- endif -%}
    {%- do return(n_found) -%}
{% endmacro %}


{#- Prints the frozen rows that were made from some labels, by the version that brought them. -#}
{% macro print_versions_made_from(nodes) %}
    {%- set literals = [] -%}
    {%- for node in nodes -%}{%- do literals.append(label_lineage.literal(node)) -%}{%- endfor -%}
    {%- set rows = label_lineage.fetch(
        "select item, dataset, version, feature_id, label from (" ~ label_lineage.unnest_list(
            "(select * from " ~ ref('int_freeze_log') ~ " where entry = 'row') as frozen_rows",
            'leaf_node_ids', ['dataset', 'version_number', 'version', 'feature_id', 'label']
        ) ~ ") as leaves where item in (" ~ literals | join(', ') ~ ") order by item, dataset, version_number"
    ) -%}
    {%- do print('') -%}
    {%- if not rows -%}
        {%- do print('No frozen row was made from the labels named above.') -%}
    {%- else -%}
        {%- do print('Frozen rows that were made from the labels named above, each from this version on') -%}
        {%- do label_lineage.print_table(['label node', 'dataset', 'version', 'feature_id', 'label'], rows[:24]) -%}
        {%- if rows | length > 24 -%}{%- do print('  ... and ' ~ (rows | length - 24) ~ ' more') -%}{%- endif -%}
    {%- endif -%}
{% endmacro %}
