{#-
  Pre-hook of int_erasures: takes the payloads that were redacted out of every table that keeps labels or
  names from run to run, and out of int_changes, which readers of `latest` see until it is built anew. A statement
  finds only what is still there, so doing it again, after a run that was killed in between, finishes it and
  changes nothing more.
-#}
{% macro erase_payloads() %}
    {%- if not execute or flags.WHICH not in ['build', 'run', 'retry'] -%}{%- do return('') -%}{%- endif -%}
    {%- set asked = label_lineage.redactions() -%}
    {%- if not label_lineage.is_erasing(asked) -%}{%- do return('') -%}{%- endif -%}
    {%- set tables = {} -%}
    {%- for name in ['int_ledger', 'int_rejections', 'int_splits', 'int_freeze_log', 'int_training_rows', 'int_changes'] -%}
        {%- set relation = label_lineage.log_before(name) -%}
        {#- A project can make int_changes a view, which holds nothing of its own. -#}
        {%- if relation is not string and not relation.is_view -%}{%- do tables.update({name: relation}) -%}{%- endif -%}
    {%- endfor -%}
    {%- for erasure in label_lineage.erasing_statements(asked) if erasure.table in tables -%}
        {%- call statement('erase', auto_begin=true) -%}
            update {{ tables[erasure.table] }}
            set {% for column, value in erasure.set.items() %}{{ column }} = {{ value }}{{ ', ' if not loop.last }}{% endfor %}
            where {{ erasure.where }}
        {%- endcall -%}
    {%- endfor -%}
    {#- It holds digests of names and labels that stand nowhere any more; emptied, it is made anew from the ledger, in this run. -#}
    {%- set rates = load_cached_relation(api.Relation.create(database=this.database, schema=graph.nodes['model.label_lineage.int_overturn_rates'].schema, identifier=graph.nodes['model.label_lineage.int_overturn_rates'].alias)) -%}
    {%- if rates is not none -%}
        {%- call statement('forget', auto_begin=true) -%}
            delete from {{ rates }} where true
        {%- endcall -%}
    {%- endif -%}
{% endmacro %}


{#- Whether this run carries out redactions: those that are new, or with --full-refresh all again, for who has put back an old table. -#}
{% macro is_erasing(asked) %}
    {%- do return(asked.is_pending or (flags.FULL_REFRESH and (asked.features or asked.annotators))) -%}
{% endmacro %}


{#-
  What is set where. Ids of nodes and features, links, times, counts, outcomes and digests stay, for they
  hold the history together. Where a digest cannot be taken again once the payload is gone, it is there
  already (rows, nodes) or is stored in the same statement (estimates of annotators).
-#}
{% macro erasing_statements(asked) %}
    {%- set statements = [] -%}
    {%- if asked.features -%}
        {%- set of_feature = 'feature_id in ' ~ label_lineage.redacted_features() -%}
        {%- set group = 'case when split_group = feature_id then split_group else ' ~ label_lineage.pseudonym('split_group') ~ ' end' -%}
        {%- set has_group = "(split_group <> feature_id and not " ~ label_lineage.is_pseudonym('split_group') ~ ")" -%}
        {%- do statements.append({
            'table': 'int_ledger',
            'set': {'label': 'null', 'source': 'null', 'attributes': 'null', 'split_group': group},
            'where': of_feature ~ ' and (label is not null or source is not null or attributes is not null or ' ~ has_group ~ ')',
        }) -%}
        {%- do statements.append({'table': 'int_rejections', 'set': {'label': 'null'}, 'where': of_feature ~ ' and label is not null'}) -%}
        {%- do statements.append({'table': 'int_splits', 'set': {'split_group': group}, 'where': of_feature ~ ' and ' ~ has_group}) -%}
        {%- for table in ['int_freeze_log', 'int_training_rows', 'int_changes'] -%}
            {%- set erased = {'label': 'null', 'label_distribution': 'null'} -%}
            {%- if table != 'int_training_rows' -%}{%- do erased.update({'previous_label': 'null'}) -%}{%- endif -%}
            {%- do statements.append({
                'table': table,
                'set': erased,
                'where': of_feature ~ (" and entry = 'row'" if table != 'int_changes' else '') ~ " and outcome <> 'redacted' and label_distribution is not null",
            }) -%}
        {%- endfor -%}
        {#- A class that nobody but the redacted features ever had would go on in the estimates. -#}
        {%- for column in ['true_label', 'given_label'] -%}
            {%- do statements.append({
                'table': 'int_freeze_log',
                'set': {'row_hash': 'coalesce(row_hash, ' ~ label_lineage.annotator_hash() ~ ')', column: label_lineage.pseudonym(column)},
                'where': "entry = 'annotator' and " ~ column ~ " is not null and not " ~ label_lineage.is_pseudonym(column) ~ " and "
                    ~ label_lineage.hash_columns(['task', column]) ~ ' not in (select ' ~ label_lineage.hash_columns(['task', 'label'])
                    ~ ' from ' ~ label_lineage.log_before('int_ledger') ~ ' as ledger where label is not null)',
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if asked.annotators -%}
        {%- set of_annotator = 'annotator_id is not null and ' ~ label_lineage.pseudonym('annotator_id') ~ ' in ' ~ label_lineage.redacted_annotators() -%}
        {%- do statements.append({
            'table': 'int_ledger',
            'set': {'annotator_id': label_lineage.pseudonym('annotator_id'), 'attributes': 'null'},
            'where': of_annotator,
        }) -%}
        {%- do statements.append({
            'table': 'int_freeze_log',
            'set': {'row_hash': 'coalesce(row_hash, ' ~ label_lineage.annotator_hash() ~ ')', 'annotator_id': label_lineage.pseudonym('annotator_id')},
            'where': "entry = 'annotator' and " ~ of_annotator,
        }) -%}
    {%- endif -%}
    {%- do return(statements) -%}
{% endmacro %}
