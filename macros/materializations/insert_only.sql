{#-
  A log: created when absent, otherwise what the model selects is inserted. Never dropped, replaced,
  updated or deleted from, whatever the flags say: --full-refresh changes nothing here, --empty and
  --sample are refused because they would log an empty or partial truth, and columns that no longer
  fit stop the run before it writes. The insert is one statement, so it happens whole or not at all. (What
  is redacted is taken out of rows by `erase_payloads`, and by nothing else.)
-#}
{% materialization insert_only, default %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set grant_config = config.get('grants') -%}

    {%- if flags.EMPTY or invocation_args_dict.get('empty') -%}
        {{ label_lineage.refuse("'" ~ model.name ~ "' is a log and is never built with --empty, which would record an empty truth; leave the flag out or exclude the logs") }}
    {%- endif -%}
    {%- if invocation_args_dict.get('sample') -%}
        {{ label_lineage.refuse("'" ~ model.name ~ "' is a log and is never built with --sample, which would record a part as the whole; leave the flag out or exclude the logs") }}
    {%- endif -%}
    {%- if existing is not none and existing.type != 'table' -%}
        {{ label_lineage.refuse("'" ~ model.name ~ "' is a log but " ~ existing ~ " is a " ~ existing.type ~ "; move that object away, nothing was changed") }}
    {%- endif -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if existing is none -%}
        {%- do label_lineage.refuse_tables_of_other_runs() -%}
        {%- call statement('main') -%}
            {#- Some adapters write `create or replace`: should another run have made the log meanwhile, that would erase it. -#}
            {{ modules.re.sub('(?i)create or replace', 'create', get_create_table_as_sql(False, target_relation, sql), count=1) }}
        {%- endcall -%}
        {%- set protection = label_lineage.protect_log(target_relation, model.name) -%}
        {%- if protection -%}{%- do run_query(protection) -%}{%- endif -%}
    {%- else -%}
        {%- set wanted = [] -%}
        {%- for column in get_column_schema_from_query(sql) -%}{%- do wanted.append(column.name) -%}{%- endfor -%}
        {%- set there = adapter.get_columns_in_relation(existing) | map(attribute='name') | list -%}
        {%- if wanted | map('lower') | sort != there | map('lower') | sort -%}
            {{ label_lineage.refuse("the log " ~ existing ~ " has the columns " ~ there | sort | join(', ') ~ " but this release writes " ~ wanted | sort | join(', ') ~ "; nothing was written, see 'Rebuild and upgrade' in the README") }}
        {%- endif -%}
        {%- do label_lineage.refuse_tables_of_other_runs() -%}
        {%- set columns = wanted | map('lower') | list -%}
        {%- call statement('main') -%}
            {{ label_lineage.insert_into_log(target_relation, columns, sql) }}
        {%- endcall -%}
    {%- endif -%}

    {% do apply_grants(target_relation, grant_config, should_revoke=True) %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#-
  First line of every log. A project that installs this package can override `materialized` from
  outside, and a table or view would replace the log's rows, so the log itself refuses to be one.
-#}
{% macro insert_only_log() %}
    {%- if execute and config.get('materialized') not in ['insert_only', 'unit'] -%}
        {{ label_lineage.refuse("'" ~ model.name ~ "' is a log and must stay materialized as insert_only, not " ~ config.get('materialized') ~ ", which would erase it; take the setting out of dbt_project.yml") }}
    {%- endif -%}
{% endmacro %}


{#-
  A log never takes rows from tables that another run built: they look at the logs as they were then, so
  what has come since would be missing from a frozen version, or enter the ledger twice. Every table
  between this log and the logs before it must be built in the same run, and so must the logs that these
  tables read: a table knows labels that a log left out does not. Views are always of today.
-#}
{% macro refuse_tables_of_other_runs() %}
    {%- set path, needed, stale = model.depends_on.nodes | select('in', graph.nodes) | list, [], [] -%}
    {%- for name in path if name.startswith('model.label_lineage.') -%}
        {%- set node = graph.nodes[name] -%}
        {%- if node.config.materialized != 'insert_only' -%}
            {%- if node.config.materialized not in ['view', 'view_in_place'] -%}{%- do needed.append(name) -%}{%- endif -%}
            {%- for parent in node.depends_on.nodes if parent in graph.nodes -%}
                {%- if graph.nodes[parent].config.materialized == 'insert_only' -%}{%- do needed.append(parent) -%}{%- endif -%}
                {%- if parent not in path -%}{%- do path.append(parent) -%}{%- endif -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in needed | unique if name not in selected_resources -%}{%- do stale.append(graph.nodes[name].name) -%}{%- endfor -%}
    {%- if stale -%}
        {{ label_lineage.refuse("'" ~ model.name ~ "' is a log and takes nothing from tables that another run built: " ~ stale | sort | join(', ') ~ "; run everything (dbt build), or --select +" ~ model.name ~ "; nothing was written") }}
    {%- endif -%}
    {%- do return('') -%}
{% endmacro %}


{#-
  Pre-hook of every model. Tables other than logs hold what this run found. Made incremental from outside,
  without a key, they would keep what earlier runs found beside it, and a version would be frozen twice.
-#}
{% macro refuse_kept_rows() %}
    {%- if execute and model.config.materialized == 'incremental' and not model.config.unique_key -%}
        {{ label_lineage.refuse("'" ~ model.name ~ "' is made anew by every run and cannot be materialized as incremental, which would keep the rows of earlier runs; take the setting out of dbt_project.yml") }}
    {%- endif -%}
{% endmacro %}


{#-
  on-run-start: before the first freeze there is no freeze log. Who reads it in a run that leaves it out,
  as the nightly one does, finds it empty then.
-#}
{% macro create_freeze_log() %}
    {%- if not label_lineage.lacks_freeze_log() -%}{%- do return('') -%}{%- endif -%}
    {%- set node, rows = graph.nodes['model.label_lineage.int_freeze_log'], label_lineage.log_before('int_freeze_log') -%}
    {%- set relation = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias, type='table') -%}
    {%- set protection = label_lineage.protect_log(relation, node.name) -%}
    {#- Or else the models of this run would take the table for another run's. -#}
    {%- do adapter.cache_added(relation) -%}
    create table if not exists {{ relation }}
    {{ label_lineage.layout_of_log(node.config) }} as
    select * from {{ rows }} as freeze_log
    where 1 = 0
    {{- ';\n' ~ protection if protection }}
{% endmacro %}


{#- Whether this run reads the freeze log, does not make it, and there is none. -#}
{% macro lacks_freeze_log() %}
    {%- do return(
        execute and 'model.label_lineage.int_training_rows' in selected_resources
        and 'model.label_lineage.int_freeze_log' not in selected_resources
        and label_lineage.log_before('int_freeze_log') is string
    ) -%}
{% endmacro %}


{#-
  Pre-hook of every log. `dbt clone --full-refresh` builds a view over whatever stands in its way, with
  the log's hooks but without its SQL or its materialization; cloned onto itself, the log would be gone.
-#}
{% macro keep_log() %}
    {%- if execute and flags.WHICH == 'clone' and load_cached_relation(this) is not none -%}
        {{ label_lineage.refuse("'" ~ model.name ~ "' is a log, which dbt clone --full-refresh would erase; leave the flag out") }}
    {%- endif -%}
{% endmacro %}


{#-
  A log as earlier runs left it, for models that stand before it in the run (a node must not enter a
  past that is frozen, and what is frozen is known only downstream). `ref` would be a cycle. Before
  the first run it is an empty stand-in with the columns of the log's contract.
-#}
{% macro log_before(name) %}
    {%- if not execute -%}{%- do return('(select 1 as not_compiled)') -%}{%- endif -%}
    {%- set node = graph.nodes['model.label_lineage.' ~ name] -%}
    {%- set relation = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
    {%- if relation is not none -%}{%- do return(relation) -%}{%- endif -%}
    {%- set columns = [] -%}
    {%- for column in node.columns.values() -%}
        {%- do columns.append('cast(null as ' ~ label_lineage.contract_type(column.data_type) ~ ') as ' ~ column.name) -%}
    {%- endfor -%}
    {%- do return('(select ' ~ columns | join(', ') ~ ' from (select 1 as one) as nothing where 1 = 0)') -%}
{% endmacro %}


{#- Clause that makes a new log's table as the adapter would by its configuration, where the engine has one. -#}
{% macro layout_of_log(config) %}
    {{- adapter.dispatch('layout_of_log', 'label_lineage')(config) -}}
{% endmacro %}


{% macro default__layout_of_log(config) %}
{%- endmacro %}


{#- Not by dbt-spark's own macros, which read the configuration of what is at work: here that is the hook. -#}
{% macro spark__layout_of_log(config) -%}
    using {{ config.file_format }} {{ label_lineage.over_columns('partitioned by', config.partition_by) }}
{%- endmacro %}


{% macro databricks__layout_of_log(config) -%}
    {{ label_lineage.spark__layout_of_log(config) }} {{ label_lineage.over_columns('cluster by', config.liquid_clustered_by) }}
{%- endmacro %}


{% macro trino__layout_of_log(config) -%}
    {%- set properties = [] -%}
    {%- for name, value in (config.properties or {}).items() -%}{%- do properties.append(name ~ ' = ' ~ value) -%}{%- endfor -%}
    {{ 'with (' ~ properties | join(', ') ~ ')' if properties }}
{%- endmacro %}


{% macro snowflake__layout_of_log(config) -%}
    {{ label_lineage.over_columns('cluster by', config.cluster_by) }}
{%- endmacro %}


{% macro bigquery__layout_of_log(config) -%}
    {{ partition_by(adapter.parse_partition_by(config.partition_by or none)) }} {{ cluster_by(config.cluster_by or none) }}
{%- endmacro %}


{#- A clause over one column or a list of them; nothing where there are none. -#}
{% macro over_columns(clause, columns) -%}
    {{ clause ~ ' (' ~ ([columns] if columns is string else columns) | join(', ') ~ ')' if columns }}
{%- endmacro %}
