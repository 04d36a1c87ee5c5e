{#-
  Postgres binds a view to the very table it was made on, and drops with a table or view whatever stands on it.
  dbt's own `table` and `view` would so take the marts away for most of a run, and a reader at work could make
  them fail by a deadlock. What marts stand on is made anew in its place instead: readers see it as it was until
  the model commits.
-#}
{% macro in_place(kind) %}
    {{- return(adapter.dispatch('in_place', 'label_lineage')(kind)) -}}
{% endmacro %}


{#- Elsewhere a view finds its tables by name, so dbt may put others there. -#}
{% macro default__in_place(kind) %}
    {{- return(kind) -}}
{% endmacro %}


{% macro postgres__in_place(kind) %}
    {{- return(kind ~ '_in_place') -}}
{% endmacro %}


{% materialization view_in_place, adapter='postgres' %}
    {{- return(label_lineage.build_in_place('view')) -}}
{% endmaterialization %}


{% materialization table_in_place, adapter='postgres' %}
    {{- return(label_lineage.build_in_place('table')) -}}
{% endmaterialization %}


{#- What is of another kind, or has other columns than the query, is replaced as dbt does it, and with it what stands on it. -#}
{% macro build_in_place(kind) %}
    {%- set target_relation, grant_config = this.incorporate(type=kind), config.get('grants') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set existing = load_cached_relation(this) -%}
    {%- set stays = existing is not none and existing.type == kind and label_lineage.has_columns_of(existing, sql) -%}
    {%- if existing is not none and not stays -%}{%- do adapter.drop_relation(existing) -%}{%- endif -%}
    {%- call statement('main') -%}
        {%- if kind == 'view' -%}
            {{ get_replace_view_sql(target_relation, sql) }}
        {%- elif not stays -%}
            {{ get_create_table_as_sql(False, target_relation, sql) }}
        {%- else -%}
            delete from {{ target_relation }};
            insert into {{ target_relation }} (
                {{ sql }}
            )
        {%- endif -%}
    {%- endcall -%}
    {%- if kind == 'table' and not stays -%}{%- do create_indexes(target_relation) -%}{%- endif -%}

    {% do apply_grants(target_relation, grant_config, should_revoke=stays) %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{- return({'relations': [target_relation]}) -}}
{% endmacro %}


{#- Whether a table or view has the columns that a query gives: names, types, collations and order. Asked of a view on the query, which runs nothing. -#}
{% macro has_columns_of(relation, sql) %}
    {%- set listed = "(select array_agg(attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attcollation order by attnum) from pg_catalog.pg_attribute"
        ~ " where attnum > 0 and not attisdropped and attrelid = cast(%s as regclass))" -%}
    {%- do run_query('create temporary view label_lineage_columns as (' ~ sql ~ ')') -%}
    {%- set is_same = run_query(
        'select ' ~ listed % label_lineage.literal(relation | string) ~ ' = ' ~ listed % "'pg_temp.label_lineage_columns'"
    ).columns[0].values()[0] -%}
    {%- do run_query('drop view pg_temp.label_lineage_columns') -%}
    {%- do return(is_same) -%}
{% endmacro %}
