{#-
  Rounds after which a way through any feature has come to its end, or has gone round: with each round a
  walk gets twice as long, and one that is longer than there are nodes to visit has met one twice. On its
  way it visits nodes that are children and parents, which most features have few of. Asked when the model
  runs; a fixed number does for a unit test, and for compiling before the first run. Anywhere else a table
  that is not found would cut walks short, and nobody would see it.
-#}
{% macro rounds_through(links) %}
    {%- do return(label_lineage.rounds_of(
        links,
        'select 1 + count(distinct links.parent_id) as n_steps from ' ~ links ~ ' as links'
        ~ ' inner join (select distinct child_id, feature_id, task from ' ~ links ~ ') as above'
        ~ ' on links.parent_id = above.child_id and links.feature_id = above.feature_id and links.task = above.task'
        ~ ' group by links.feature_id, links.task'
    )) -%}
{% endmacro %}


{#- The same of ways that visit the nodes of a table. -#}
{% macro rounds_among(nodes) %}
    {%- do return(label_lineage.rounds_of(nodes, 'select count(*) as n_steps from ' ~ nodes ~ ' group by feature_id, task')) -%}
{% endmacro %}


{% macro rounds_of(relation, steps) %}
    {%- if not execute or graph.nodes is not defined -%}{%- do return(3) -%}{%- endif -%}
    {%- if load_relation(relation) is none -%}
        {%- if flags.WHICH in ['compile', 'generate'] -%}{%- do return(3) -%}{%- endif -%}
        {{ label_lineage.refuse("the table " ~ relation ~ " was not found, so nobody knows how far a walk through its links must go; run everything (dbt build)") }}
    {%- endif -%}
    {%- set most = run_query('select coalesce(max(n_steps), 1) from (' ~ steps ~ ') as ways') -%}
    {%- do return((most.columns[0].values()[0] | int).bit_length()) -%}
{% endmacro %}
