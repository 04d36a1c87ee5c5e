{#-
  What changed between two versions of a dataset, by cause. Either may be `latest`. Read-only.
    dbt run-operation compare --args '{dataset: buildings, old: v2, new: v3}'
-#}
{% macro compare(dataset=none, old=none, new='latest') %}
    {%- if not execute -%}{%- do return('') -%}{%- endif -%}
    {%- if dataset is none or old is none -%}
        {{ label_lineage.refuse("compare needs a dataset and an old version; write --args '{dataset: buildings, old: v1, new: v2}', where new may be left out for latest") }}
    {%- endif -%}
    {%- set dataset, old, new = dataset | string, old | string, new | string -%}
    {%- set older = label_lineage.find_version(dataset, old) -%}
    {%- set newer = label_lineage.find_version(dataset, new) -%}
    {%- set last = newer.number if newer.number is not none else label_lineage.head_number() -%}
    {%- if older.number is none or older.number >= last -%}
        {{ label_lineage.refuse("the version '" ~ old ~ "' is not older than '" ~ new ~ "'; give the older one as old") }}
    {%- endif -%}
    {%- set differences = label_lineage.version_differences(dataset, old, new, older.number, last) -%}
    {%- set counts = label_lineage.fetch(
        "select (select count(*) from " ~ ref('training_set') ~ " where dataset = " ~ label_lineage.literal(dataset) ~ " and version = " ~ label_lineage.literal(old) ~ "),"
        ~ " (select count(*) from " ~ ref('training_set') ~ " where dataset = " ~ label_lineage.literal(dataset) ~ " and version = " ~ label_lineage.literal(new) ~ ")"
    )[0] -%}
    {%- do print(dataset ~ ': ' ~ old ~ ' (' ~ label_lineage.cell(counts[0]) ~ ' rows) -> ' ~ new ~ ' (' ~ label_lineage.cell(counts[1]) ~ ' rows)') -%}
    {%- do label_lineage.print_counts('Features by change and cause',
        differences ~ " select change, cause, count(*) from differences group by change, cause order by count(*) desc, change, cause", ['change', 'cause', 'features']) -%}
    {%- do label_lineage.print_counts('Labels that moved',
        differences ~ " select coalesce(old_label, '(not in)'), coalesce(new_label, '(not in)'), count(*) from differences where old_label is null or new_label is null or old_label <> new_label group by old_label, new_label order by count(*) desc, 1, 2 limit 12",
        [old, new, 'features']) -%}
    {%- do label_lineage.print_counts('Some of them',
        differences ~ " select feature_id, old_label, new_label, change, cause from differences order by feature_id limit 8", ['feature', old, new, 'change', 'cause']) -%}
{% endmacro %}


{#- CTE `differences`: the features whose row differs between two versions, with the cause of the newest change in between. -#}
{% macro version_differences(dataset, old, new, first, last) %}
    {%- set payload = label_lineage.payload_columns() -%}
    with old_rows as (
        select * from {{ ref('training_set') }} where dataset = {{ label_lineage.literal(dataset) }} and version = {{ label_lineage.literal(old) }}
    ),

    new_rows as (
        select * from {{ ref('training_set') }} where dataset = {{ label_lineage.literal(dataset) }} and version = {{ label_lineage.literal(new) }}
    ),

    causes as (
        select feature_id, cause from (
            select feature_id, cause, row_number() over (partition by feature_id order by version_number desc) as newest
            from (
                select feature_id, cause, version_number from {{ ref('training_set_changes') }}
                where dataset = {{ label_lineage.literal(dataset) }} and version_number > {{ first }} and version_number <= {{ last }}
                {%- if new == 'latest' %}
                union all
                select feature_id, cause, version_number from {{ ref('int_changes') }}
                where dataset = {{ label_lineage.literal(dataset) }} and version_number > {{ first }}
                {%- endif %}
            ) as logged
        ) as ranked
        where newest = 1
    ),

    differences as (
        select
            coalesce(new_rows.feature_id, old_rows.feature_id) as feature_id,
            old_rows.label as old_label,
            new_rows.label as new_label,
            case when old_rows.feature_id is null then 'added' when new_rows.feature_id is null then 'removed' else 'changed' end as change,
            causes.cause
        from old_rows
        full outer join new_rows on old_rows.feature_id = new_rows.feature_id
        left join causes on coalesce(new_rows.feature_id, old_rows.feature_id) = causes.feature_id
        where old_rows.feature_id is null
            or new_rows.feature_id is null
            {%- for column in payload if column != 'leaf_node_ids' %}
            or coalesce(old_rows.{{ column }} <> new_rows.{{ column }}, (old_rows.{{ column }} is null) <> (new_rows.{{ column }} is null))
            {%- endfor %}
            or {{ label_lineage.list_text('old_rows.leaf_node_ids') }} <> {{ label_lineage.list_text('new_rows.leaf_node_ids') }}
    )
{% endmacro %}
