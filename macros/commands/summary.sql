{#- What a build made, on one screen. `make build` prints it. -#}
{% macro summary() %}
    {%- if not execute -%}{%- do return('') -%}{%- endif -%}
    {%- set nodes = label_lineage.fetch(
        'select count(*), count(distinct feature_id), count(distinct task), sum(case when is_leaf then 1 else 0 end) from ' ~ ref('label_nodes')
    )[0] -%}
    {%- do print('Label Lineage ' ~ label_lineage.package_release() ~ '  ' ~ target.name ~ ' ' ~ (target.path or target.database or '')) -%}
    {%- do print('') -%}
    {%- do print('Labels: ' ~ label_lineage.cell(nodes[0]) ~ ' nodes on ' ~ label_lineage.cell(nodes[1]) ~ ' features in '
        ~ label_lineage.cell(nodes[2]) ~ ' task(s); ' ~ label_lineage.cell(nodes[3] or 0) ~ ' are leaves, the others are superseded.') -%}
    {%- do label_lineage.print_versions() -%}
    {%- do label_lineage.print_counts('Waiting for a human (review_queue)',
        'select dataset, reason, count(*) from ' ~ ref('review_queue') ~ ' group by dataset, reason order by count(*) desc, dataset, reason', ['dataset', 'reason', 'features']) -%}
    {%- do label_lineage.print_counts('Refused rows (rejected_label_nodes)',
        'select reason, detail, count(*) from ' ~ ref('rejected_label_nodes') ~ ' group by reason, detail order by count(*) desc, reason', ['reason', 'what it means', 'rows']) -%}
    {%- do print('') -%}
    {%- if project_name == 'label_lineage' and target.type == 'duckdb' and target.path != 'label_lineage.duckdb' -%}
        {%- do print('For dbt commands on this database: export LABEL_LINEAGE_DB=' ~ target.path) -%}
    {%- endif -%}
    {%- do print('Next: read training_set where dataset = ... and version = ..., or ask') -%}
    {%- do print("  dbt run-operation explain --args '{dataset: ..., feature_id: ...}'       why a label is what it is") -%}
    {%- do print("  dbt run-operation compare --args '{dataset: ..., old: ..., new: ...}'    what changed between two versions") -%}
    {%- do print('  dbt run-operation plan                                                  what the next freeze would do') -%}
    {%- do print('  dbt run-operation verify                                                recompute every frozen version') -%}
{% endmacro %}


{#- Frozen versions by dataset; of very many only those with the last cutoffs. -#}
{% macro print_versions() %}
    {%- set most = 24 -%}
    {%- set rows = label_lineage.fetch(
        "select dataset, version, " ~ label_lineage.readable_time('as_of') ~ " as cutoff, n_rows, n_added, n_changed, n_removed, substr(fingerprint, 1, 12) as fingerprint"
        ~ " from " ~ ref('dataset_versions') ~ " order by dataset, version_number"
    ) -%}
    {%- do print('') -%}
    {%- if not rows -%}
        {%- do print('Frozen dataset versions: none yet; `latest` is readable, and a version is frozen by the first run after its cutoff.') -%}
    {%- elif rows | length <= most -%}
        {%- do print('Frozen dataset versions (dataset_versions)') -%}
        {%- do label_lineage.print_table(['dataset', 'version', 'cutoff (UTC)', 'rows', 'added', 'changed', 'removed', 'fingerprint'], rows) -%}
    {%- else -%}
        {%- do print('Frozen dataset versions (dataset_versions): ' ~ label_lineage.cell(rows | length) ~ ', the newest are') -%}
        {%- do label_lineage.print_table(
            ['dataset', 'version', 'cutoff (UTC)', 'rows', 'added', 'changed', 'removed', 'fingerprint'],
            (rows | sort(attribute='2'))[-(most // 2):]
        ) -%}
    {%- endif -%}
{% endmacro %}
