{#-
  Pre-hook of int_lineage. An engine may hold what every join of a statement was built from until the
  statement ends. So the walk is taken in steps, each a temporary table, with the memory of the largest; and
  outside of the model's transaction, which would hold the rows of all of them.
-#}
{% macro walk_ahead() %}
    {%- set tables = label_lineage.walk_tables() -%}
    {%- if execute and tables -%}
    create or replace temp table walk_edges as
    {{ label_lineage.touched_edges() }};
    {%- for name in tables %}
    create or replace temp table walk_{{ name }} as
    with recursive nodes as (
        select * from {{ ref('int_ledger') }}
    ),
    {{ label_lineage.walk_steps('walk_edges', 'nodes', ['feature_id', 'task'], tables[:loop.index0]) }}
    select * from {{ name }};
    {%- endfor %}
    {%- endif -%}
{% endmacro %}


{#- Which steps of the walk of int_lineage are tables of their own, in order. -#}
{% macro walk_tables() %}
    {%- do return(adapter.dispatch('walk_tables', 'label_lineage')()) -%}
{% endmacro %}


{% macro default__walk_tables() %}
    {%- do return([]) -%}
{% endmacro %}


{#- Lineage of ten million labels takes 320 MB so, and 550 in one statement. A unit test has no hooks. -#}
{% macro duckdb__walk_tables() %}
    {%- do return([] if config.get('materialized') == 'unit' else ['linked', 'links', 'stretches', 'firsts', 'hands_above', 'told', 'named', 'root_names']) -%}
{% endmacro %}


{#- The links of the features that got labels since the last run. -#}
{% macro touched_edges() %}
    select edges.child_id, edges.parent_id, edges.feature_id, edges.task
    from {{ ref('int_ledger_edges') }} as edges
    inner join (
        select distinct feature_id, task from {{ ref('int_ledger') }}
        {%- if is_incremental() %}
        where batch > (select coalesce(max(batch), 0) from {{ this }})
        {%- endif %}
    ) as touched
        on edges.feature_id = touched.feature_id and edges.task = touched.task
{% endmacro %}
