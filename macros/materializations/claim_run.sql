{#-
  on-run-start: takes the schema of the logs for this run, where the engine needs that.

  Where there are no locks, a view is one: of two that create it, one fails. A run makes it when it starts,
  writes its own id into it, and drops it when it ends. A run that was killed leaves it, and only a person
  can know that; nothing of it may be at work when the next one begins. Each model looks whether the view
  is still that of its own run (hold_run), should someone have been wrong about that.
-#}
{% macro claim_run() %}
    {{- adapter.dispatch('claim_run', 'label_lineage')() -}}
{% endmacro %}


{% macro default__claim_run() %}
{%- endmacro %}


{% macro trino__claim_run() %}
    {%- if not execute or flags.WHICH not in label_lineage.commands_that_write() or not label_lineage.writes_any() -%}{%- do return('') -%}{%- endif -%}
    {%- set holder = label_lineage.run_lock_holder() -%}
    {%- if holder -%}
        {{ label_lineage.refuse("another run started on the schema " ~ label_lineage.run_lock().schema ~ " at " ~ holder.since ~ " UTC and this one wrote nothing; let the other finish and run again or, if it was killed and none of its queries runs any more, first drop view " ~ label_lineage.run_lock()) }}
    {%- endif -%}
    {#- The columns tell whose it is: asking for them is quick, and does not fail where there is no view. -#}
    create view {{ label_lineage.run_lock() }} as
    select 1 as run_{{ invocation_id | replace('-', '_') }}, 1 as since_{{ run_started_at.astimezone(modules.pytz.utc).strftime('%Y%m%d%H%M%S') }}
{% endmacro %}


{#- Only the adapter's own materialization knows where in S3 an Iceberg table goes. -#}
{% macro athena__claim_run() %}
    {%- if label_lineage.lacks_freeze_log() -%}
        {{ label_lineage.refuse("on Athena the first run makes the log int_freeze_log and must not leave it out; run everything once (dbt build) and the nightly selector after that") }}
    {%- endif -%}
    {{- label_lineage.trino__claim_run() -}}
{% endmacro %}


{% macro databricks__claim_run() %}
    {%- if execute and flags.WHICH in label_lineage.commands_that_write() and label_lineage.writes_any() -%}{%- do label_lineage.spark_check_session() -%}{%- endif -%}
    {{- label_lineage.trino__claim_run() -}}
{% endmacro %}


{% macro snowflake__claim_run() %}
    {{- label_lineage.trino__claim_run() -}}
{% endmacro %}


{% macro bigquery__claim_run() %}
    {{- label_lineage.trino__claim_run() -}}
{% endmacro %}


{#- on-run-end: gives it back. -#}
{% macro release_run() %}
    {{- adapter.dispatch('release_run', 'label_lineage')() -}}
{% endmacro %}


{% macro default__release_run() %}
{%- endmacro %}


{% macro trino__release_run() %}
    {%- if execute and flags.WHICH in label_lineage.commands_that_write() and label_lineage.run_lock_holder().invocation == invocation_id -%}
    drop view {{ label_lineage.run_lock() }}
    {%- endif -%}
{% endmacro %}


{% macro athena__release_run() %}
    {{- label_lineage.trino__release_run() -}}
{% endmacro %}


{% macro databricks__release_run() %}
    {{- label_lineage.trino__release_run() -}}
{% endmacro %}


{% macro snowflake__release_run() %}
    {{- label_lineage.trino__release_run() -}}
{% endmacro %}


{% macro bigquery__release_run() %}
    {{- label_lineage.trino__release_run() -}}
{% endmacro %}


{#- Commands that build models; tests and operations only read. -#}
{% macro commands_that_write() %}
    {%- do return(['build', 'run', 'seed', 'retry', 'clone']) -%}
{% endmacro %}


{#- Whether this command builds a model or seed of this package. -#}
{% macro writes_any() %}
    {%- for name in selected_resources if name.startswith(('model.label_lineage.', 'seed.label_lineage.')) -%}{%- do return(true) -%}{%- endfor -%}
    {%- do return(false) -%}
{% endmacro %}


{#- The view that stands in the schema of the logs while a run is at work. -#}
{% macro run_lock() %}
    {%- set ledger = graph.nodes['model.label_lineage.int_ledger'] -%}
    {%- do return(api.Relation.create(database=ledger.database, schema=ledger.schema, identifier='label_lineage_run', type='view')) -%}
{% endmacro %}


{#- The run that holds the schema and since when; empty if none does. -#}
{% macro run_lock_holder() %}
    {%- set holder = {} -%}
    {%- for column in adapter.get_columns_in_relation(label_lineage.run_lock()) -%}
        {%- set name = column.name | lower -%}
        {%- if name.startswith('run_') -%}{%- do holder.update({'invocation': name[4:] | replace('_', '-')}) -%}{%- endif -%}
        {%- if name.startswith('since_') -%}
            {%- do holder.update({'since': modules.datetime.datetime.strptime(name[6:], '%Y%m%d%H%M%S') | string}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(holder) -%}
{% endmacro %}
