{#-
  What the next freeze would do, from what the last run admitted: versions that are due or wait, and what
  each and the head bring against the one before. Read-only.
    dbt run-operation plan
-#}
{% macro plan() %}
    {%- if not execute -%}{%- do return('') -%}{%- endif -%}
    {%- do label_lineage.check_demo_apart() -%}
    {%- set settings = label_lineage.settings() -%}
    {%- set due_at = label_lineage.add_microseconds('planned.as_of', settings.freeze_delay_seconds * 1000000) -%}
    {%- do label_lineage.print_counts('Dataset versions to come',
        "with known as (select latest.dataset, latest.task, coalesce(frozen.as_of, cast('0001-01-01' as " ~ label_lineage.type_instant() ~ ")) as last_as_of from "
        ~ ref('int_versions_due') ~ " as latest left join (" ~ label_lineage.last_frozen_versions() ~ ") as frozen on latest.dataset = frozen.dataset where latest.is_latest),"
        ~ " planned as (" ~ label_lineage.planned_versions('known') ~ ")"
        ~ " select planned.dataset, planned.version, " ~ label_lineage.readable_time('planned.as_of') ~ ", case when " ~ due_at ~ " <= " ~ label_lineage.now()
        ~ " then 'by the next run' else 'after ' || " ~ label_lineage.readable_time(due_at) ~ " end"
        ~ " from planned inner join known on planned.dataset = known.dataset where planned.as_of > known.last_as_of order by planned.as_of, planned.dataset",
        ['dataset', 'version', 'cutoff (UTC)', 'is frozen']) -%}
    {%- do label_lineage.print_counts('What the labels admitted so far would change',
        "select head.dataset, due.version, head.change, head.cause, count(*) from " ~ ref('int_changes') ~ " as head"
        ~ " inner join " ~ ref('int_versions_due') ~ " as due on head.dataset = due.dataset and head.version_number = due.version_number"
        ~ " left join (" ~ label_lineage.last_frozen_versions() ~ ") as frozen on head.dataset = frozen.dataset"
        ~ " where head.version_number > coalesce(frozen.version_number, 0) group by head.dataset, due.version, due.version_number, head.change, head.cause order by head.dataset, due.version_number, count(*) desc, head.change",
        ['dataset', 'version', 'change', 'cause', 'features']) -%}
    {%- do label_lineage.print_counts('Waiting for a human (review_queue)',
        'select dataset, reason, count(*) from ' ~ ref('review_queue') ~ ' group by dataset, reason order by dataset, count(*) desc', ['dataset', 'reason', 'features']) -%}
{% endmacro %}
