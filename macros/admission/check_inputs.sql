{#- Pre-hook of stg_label_nodes: says in one sentence which input cannot be read, and why. -#}
{% macro check_inputs() %}
    {%- if not execute -%}{%- do return('') -%}{%- endif -%}
    {%- do label_lineage.check_demo_apart() -%}
    {%- for input in label_lineage.settings().label_nodes -%}
        {%- set types = label_lineage.input_columns(input, 'label_nodes') -%}
        {%- for column in ['node_id', 'feature_id', 'label'] if column not in types -%}
            {{ label_lineage.refuse("the input " ~ input | string | tojson ~ " has no column '" ~ column ~ "'; " ~ label_lineage.columns_there(types)) }}
        {%- endfor -%}
        {%- if 'created_at' not in types and 'recorded_at' not in types -%}
            {{ label_lineage.refuse("the input " ~ input | string | tojson ~ " has neither 'created_at' nor 'recorded_at', so nothing says when its labels count; " ~ label_lineage.columns_there(types)) }}
        {%- endif -%}
        {#- A whole number that passed through a float prints as 1.0 and finds no parent. -#}
        {%- for column in ['node_id', 'parent_id', 'parent_ids', 'feature_id'] if modules.re.match('(?i)(float|double|real)', types.get(column, '')) -%}
            {{ label_lineage.refuse("the column '" ~ column ~ "' of the input " ~ input | string | tojson ~ " is of type " ~ types[column] ~ ", which cannot hold ids; write them as text or whole numbers (pandas: astype('Int64') keeps whole numbers beside missing ones)") }}
        {%- endfor -%}
        {%- for column in ['created_at', 'recorded_at'] if column in types -%}
            {%- if not modules.re.match('(?i)(timestamp|date|datetime|varchar|text|string|character|json|null|")', types[column]) -%}
                {{ label_lineage.refuse("the column '" ~ column ~ "' of the input " ~ input | string | tojson ~ " is of type " ~ types[column] ~ "; it must be a timestamp, a date, or text that reads as one") }}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}


{#-
  The demo and labels of one's own never share a ledger, which keeps what once came in: forgetting the
  settings for one run must not mix the demo in for good. A build has loaded the demo before it asks, so
  where its labels are not there, those in the ledger are others.
-#}
{% macro check_demo_apart() %}
    {%- set ledger = label_lineage.log_before('int_ledger') -%}
    {%- set demo = adapter.get_relation(database=target.database, schema=target.schema, identifier='demo_label_nodes') -%}
    {%- set is_demo = label_lineage.is_demo() -%}
    {%- if project_name != 'label_lineage' or ledger is string or (demo is none and not is_demo) -%}{%- do return('') -%}{%- endif -%}
    {%- set others = [ledger] if demo is none else run_query(
        'select node_id from ' ~ ledger ~ ' where node_id ' ~ ('not in' if is_demo else 'in') ~ ' (select node_id from ' ~ demo ~ ' where node_id is not null) limit 1'
    ).rows -%}
    {%- if others and is_demo -%}
        {{ label_lineage.refuse("this database holds labels of your own and the setting 'label_nodes' names none, which means the demo; give your settings, or another database (LABEL_LINEAGE_DB)") }}
    {%- elif others -%}
        {{ label_lineage.refuse("this database holds the demo, which never mixes with labels of your own; name another one (LABEL_LINEAGE_DB)") }}
    {%- endif -%}
    {%- do return('') -%}
{% endmacro %}


{#- Pre-hook of stg_dataset_versions. -#}
{% macro check_version_columns() %}
    {%- if not execute -%}{%- do return('') -%}{%- endif -%}
    {%- set declared = label_lineage.settings().dataset_versions -%}
    {%- if declared is none -%}{%- do return('') -%}{%- endif -%}
    {%- set types = label_lineage.input_columns(declared, 'dataset_versions') -%}
    {%- for column in ['dataset', 'version', 'as_of'] if column not in types -%}
        {{ label_lineage.refuse("the setting 'dataset_versions' names " ~ declared | string | tojson ~ ", which has no column '" ~ column ~ "'; " ~ label_lineage.columns_there(types)) }}
    {%- endfor -%}
{% endmacro %}


{#- The end of a refusal for want of a column. -#}
{% macro columns_there(types) %}
    {%- do return('it has ' ~ types | join(', ') ~ '; name a view of it in which one is called so') -%}
{% endmacro %}


{#- Column name (lower case) -> type name of an input, asked when the model runs, never while compiling. -#}
{% macro input_columns(input, setting) %}
    {{- return(adapter.dispatch('input_columns', 'label_lineage')(input, setting)) -}}
{% endmacro %}


{% macro default__input_columns(input, setting) %}
    {%- set types = {} -%}
    {%- set query = 'select * from ' ~ label_lineage.input_relation(input, setting) ~ ' where 1 = 0' -%}
    {%- for column in get_column_schema_from_query(query) -%}
        {%- do types.update({column.name | lower: column.data_type}) -%}
    {%- endfor -%}
    {%- do return(types) -%}
{% endmacro %}


{% macro duckdb__input_columns(input, setting) %}
    {%- set relation = label_lineage.input_relation(input, setting) -%}
    {%- if relation is string and '(' in relation -%}
        {%- set found = run_query('select count(*) from glob(' ~ label_lineage.literal(input) ~ ')') -%}
        {%- if found.columns[0].values()[0] == 0 -%}
            {{ label_lineage.refuse("the setting '" ~ setting ~ "' names " ~ input | tojson ~ ", and no such file was found; paths are relative to the folder dbt runs in") }}
        {%- endif -%}
    {%- endif -%}
    {%- if relation is string and '(' not in relation and not label_lineage.duckdb_has_relation(relation) -%}
        {{ label_lineage.refuse("the setting '" ~ setting ~ "' names " ~ input | tojson ~ ", and there is no such table or view in this database; write it as in SQL, with its schema") }}
    {%- endif -%}
    {%- set types = {} -%}
    {%- for row in run_query('describe select * from ' ~ relation).rows -%}
        {%- do types.update({row[0] | lower: row[1]}) -%}
    {%- endfor -%}
    {%- do return(types) -%}
{% endmacro %}


{#- Whether a name, with or without its schema and database, is that of a table or view. -#}
{% macro duckdb_has_relation(name) %}
    {%- set parts = name.lower().split('.') -%}
    {%- set query -%}
        select count(*) from information_schema.tables
        where lower(table_name) = {{ label_lineage.literal(parts[-1]) }}
        {%- if parts | length > 1 %}
            -- In `a.b` DuckDB takes `a` as a schema or as a database.
            and {{ label_lineage.literal(parts[-2]) }} in (lower(table_schema), lower(table_catalog))
        {%- endif %}
    {%- endset -%}
    {%- do return(run_query(query).columns[0].values()[0] > 0) -%}
{% endmacro %}
