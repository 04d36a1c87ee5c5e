{#-
  Rounds after which a way through any feature of a table has come to its end, or has gone round: with
  each round a walk gets twice as long, and one that is longer than there are nodes to visit has met
  one twice. `column` is what a way visits. Asked when the model runs; a fixed number does for a unit
  test, and for compiling before the first run.
-#}
{% macro rounds_through(relation, column) %}
    {%- set is_there = execute and graph.nodes is defined and load_relation(relation) is not none -%}
    {%- if not is_there -%}{%- do return(3) -%}{%- endif -%}
    {%- set most = run_query(
        'select coalesce(max(n_visited), 0) from (select count(distinct ' ~ column ~ ') as n_visited from ' ~ relation ~ ' group by feature_id, task) as visited'
    ) -%}
    {%- do return((most.columns[0].values()[0] | int).bit_length()) -%}
{% endmacro %}
