{#-
  Pre-hook of every model and seed: keeps two runs on one database from mixing their steps, where more
  than one can write at a time. A version frozen from one run's half and another's would be no truth.
-#}
{% macro hold_run() %}
    {{- adapter.dispatch('hold_run', 'label_lineage')() -}}
{% endmacro %}


{#- DuckDB lets one process write. Elsewhere one run at a time is up to the scheduler. -#}
{% macro default__hold_run() %}
{%- endmacro %}


{#-
  The run that starts last holds the database, because dbt has no session that lasts as long as a run
  and a run that was killed cannot say so. Its first model waits for the other run's models at work,
  then claims; from then on each model of the other is refused before it writes. What that one leaves
  behind is what a killed run leaves, from which every run recovers. The lock is held until the model
  commits: shared among the models of one run, not with a claim.
-#}
{% macro postgres__hold_run() %}
    {%- if not execute -%}{%- do return('') -%}{%- endif -%}
    {%- set ledger = graph.nodes['model.label_lineage.int_ledger'] -%}
    {%- set runs = api.Relation.create(database=ledger.database, schema=ledger.schema, identifier='label_lineage_runs', type='table') -%}
    {%- set has_claim = label_lineage.postgres_claim(runs).is_mine -%}
    {%- call statement('lock', auto_begin=true) -%}
        select pg_advisory_xact_lock{{ '_shared' if has_claim }}(hashtextextended({{ label_lineage.literal('label_lineage ' ~ ledger.schema) }}, 0))
    {%- endcall -%}
    {%- do run_query(label_lineage.plan_for_joins()) -%}
    {%- set claim = label_lineage.postgres_claim(runs) -%}
    {%- if claim.is_newest -%}{%- do return('') -%}{%- endif -%}
    {%- if claim.is_mine -%}
        {{ label_lineage.refuse("another run started on the schema " ~ ledger.schema ~ " at " ~ claim.newest_at ~ " UTC and goes on alone; this run wrote nothing after that, so let the other finish and run again") }}
    {%- endif -%}
    {%- do label_lineage.postgres_refresh_cache() -%}
    {%- if not claim.has_table -%}
        {#- Not adapter.create_schema, which commits and so lets go of the lock; dbt makes the schemas it builds into by itself. -#}
        {%- if not run_query("select count(*) > 0 from pg_catalog.pg_namespace where nspname = " ~ label_lineage.literal(ledger.schema)).columns[0].values()[0] -%}
            {%- do run_query("create schema " ~ adapter.quote(ledger.schema)) -%}
        {%- endif -%}
        {%- do run_query("create table " ~ runs ~ " (claim bigint generated always as identity primary key, invocation_id text not null, claimed_at timestamp not null)") -%}
    {%- endif -%}
    {%- do run_query("insert into " ~ runs ~ " (invocation_id, claimed_at) values (" ~ label_lineage.literal(invocation_id) ~ ", timezone('UTC', clock_timestamp()))") -%}
{% endmacro %}


{#-
  dbt listed the tables when it started. Where the other run has made one since, this run would take it
  for absent, so it stops before it claims; where the other dropped one, this run is told.
-#}
{% macro postgres_refresh_cache() %}
    {%- set schemas, found = [], {} -%}
    {%- set nodes = graph.nodes.values() | selectattr('package_name', 'equalto', 'label_lineage') | selectattr('resource_type', 'in', ['model', 'seed']) | list -%}
    {%- for node in nodes if node.schema not in schemas -%}
        {%- do schemas.append(node.schema) -%}
        {%- for row in list_relations_without_caching(api.Relation.create(database=node.database, schema=node.schema)) -%}
            {%- do found.update({row[2] ~ '.' ~ row[1]: true}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for node in nodes -%}
        {%- set cached = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
        {%- set is_there = node.schema ~ '.' ~ node.alias in found -%}
        {%- if is_there and cached is none -%}
            {{ label_lineage.refuse("another run made the table " ~ node.schema ~ "." ~ node.alias ~ " after this run had started, so this one stopped before it wrote anything; let the other finish and run again") }}
        {%- elif cached is not none and not is_there -%}
            {%- do adapter.cache_dropped(cached) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}


{#- Whether this run has claimed the database, and whether no other has since. -#}
{% macro postgres_claim(runs) %}
    {%- set has_table = run_query(
        "select count(*) > 0 from pg_catalog.pg_tables where schemaname = " ~ label_lineage.literal(runs.schema) ~ " and tablename = " ~ label_lineage.literal(runs.identifier)
    ).columns[0].values()[0] -%}
    {%- if not has_table -%}{%- do return({'has_table': false, 'is_mine': false, 'is_newest': false}) -%}{%- endif -%}
    {%- set mine = 'invocation_id = ' ~ label_lineage.literal(invocation_id) -%}
    {%- set row = run_query(
        "select count(*) filter (where " ~ mine ~ ") > 0, coalesce(max(claim) filter (where " ~ mine ~ ") = max(claim), false), "
        ~ "to_char(max(claimed_at), 'YYYY-MM-DD HH24:MI:SS') from " ~ runs
    ).rows[0] -%}
    {%- do return({'has_table': true, 'is_mine': row[0], 'is_newest': row[1], 'newest_at': row[2]}) -%}
{% endmacro %}


{#-
  There are no locks here. One row names the run that holds the schema; a run that started later puts
  itself there, and every model of the other is refused from then on. A model that was at work at that
  moment still ends, which is why logs are written by `insert_into_log`.
-#}
{% macro spark__hold_run() %}
    {%- if not execute -%}{%- do return('') -%}{%- endif -%}
    {%- do label_lineage.spark_check_session() -%}
    {%- set ledger = graph.nodes['model.label_lineage.int_ledger'] -%}
    {%- set runs = api.Relation.create(database=ledger.database, schema=ledger.schema, identifier='label_lineage_runs', type='table') -%}
    {%- set mine = [run_started_at.astimezone(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S.%f'), invocation_id] -%}
    {%- if load_cached_relation(runs) is none -%}
        {%- do run_query('create table if not exists ' ~ runs ~ ' (started_at string, invocation_id string) using ' ~ ledger.config.file_format) -%}
        {%- do adapter.cache_added(runs) -%}
    {%- endif -%}
    {%- set holders = run_query('select started_at, invocation_id from ' ~ runs).rows -%}
    {%- set holder = holders[0].values() | list if holders else ['', ''] -%}
    {%- if holder == mine -%}{%- do return('') -%}{%- endif -%}
    {%- if holder > mine -%}
        {{ label_lineage.refuse("another run started on the schema " ~ ledger.schema ~ " at " ~ holder[0][:19] ~ " UTC and goes on alone; this run wrote nothing after that, so let the other finish and run again") }}
    {%- endif -%}
    {%- do label_lineage.spark_check_cache() -%}
    {%- do run_query('insert overwrite ' ~ runs ~ ' select ' ~ label_lineage.literal(mine[0]) ~ ', ' ~ label_lineage.literal(mine[1])) -%}
{% endmacro %}


{#- Text becomes a time stamp, and calendar periods end, in the session's time zone, which dbt sets from the profile. -#}
{% macro spark_check_session() %}
    {%- set is_utc = run_query("select unix_micros(cast('2024-01-01' as timestamp)) = 1704067200000000 and unix_micros(cast('2024-07-01' as timestamp)) = 1719792000000000") -%}
    {%- if not is_utc.columns[0].values()[0] -%}
        {{ label_lineage.refuse("the session is not in UTC; set server_side_parameters in the profile as in this project's profiles.yml") }}
    {%- endif -%}
{% endmacro %}


{#- dbt listed the tables when it started; one that another run has made since would be taken for absent. -#}
{% macro spark_check_cache() %}
    {%- set schemas = [] -%}
    {%- set nodes = graph.nodes.values() | selectattr('package_name', 'equalto', 'label_lineage') | selectattr('resource_type', 'in', ['model', 'seed']) | list -%}
    {%- for node in nodes if node.schema not in schemas -%}
        {%- do schemas.append(node.schema) -%}
        {%- set there = run_query('show tables in ' ~ api.Relation.create(database=node.database, schema=node.schema).without_identifier()).columns[1].values() -%}
        {%- for other in nodes if other.schema == node.schema and other.alias | lower in there and adapter.get_relation(database=other.database, schema=other.schema, identifier=other.alias) is none -%}
            {{ label_lineage.refuse("another run made the table " ~ other.schema ~ "." ~ other.alias ~ " after this run had started, so this one stopped before it wrote anything; let the other finish and run again") }}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}


{#- Where a view is the lock (see claim_run), each model looks whether that is still the one of its own run. -#}
{% macro trino__hold_run() %}
    {%- if not execute or flags.WHICH not in label_lineage.commands_that_write() -%}{%- do return('') -%}{%- endif -%}
    {%- set holder = label_lineage.run_lock_holder() -%}
    {%- if holder.invocation != invocation_id -%}
        {{ label_lineage.refuse("the view " ~ label_lineage.run_lock() ~ ", by which this run held the schema, is gone or that of another run" ~ (", which started at " ~ holder.since ~ " UTC" if holder else "") ~ "; this run wrote nothing after that, so let the other finish and run again") }}
    {%- endif -%}
{% endmacro %}


{% macro athena__hold_run() %}
    {{- label_lineage.trino__hold_run() -}}
{% endmacro %}


{#- Delta lets two merges that only insert commit at once, so the view holds the schema here; the session is looked at once. -#}
{% macro databricks__hold_run() %}
    {{- label_lineage.trino__hold_run() -}}
{% endmacro %}


{#- Snowflake and BigQuery as Trino: creating a view that is there fails on all of them. -#}
{% macro snowflake__hold_run() %}
    {{- label_lineage.trino__hold_run() -}}
{% endmacro %}


{% macro bigquery__hold_run() %}
    {{- label_lineage.trino__hold_run() -}}
{% endmacro %}
