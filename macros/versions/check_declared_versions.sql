{#-
  Pre-hook of int_versions_due: declared versions that cannot be frozen as they stand stop the run
  with one sentence. Nothing is frozen until the declaration is mended; labels are admitted already.
-#}
{% macro check_declared_versions() %}
    {%- if not execute or label_lineage.settings().dataset_versions is none -%}{%- do return('') -%}{%- endif -%}
    {%- set problems = run_query(label_lineage.declared_version_problems()) -%}
    {%- for row in problems.rows -%}
        {{ label_lineage.refuse(row[0]) }}
    {%- endfor -%}
{% endmacro %}


{% macro declared_version_problems() %}
    with declared as (
        select
            dataset,
            version,
            as_of,
            count(*) over (partition by dataset, version) as n_same_version,
            count(*) over (partition by dataset, as_of) as n_same_cutoff,
            -- It ends up in file names and commands.
            {{ label_lineage.matches('version', '[A-Za-z0-9][A-Za-z0-9._-]{0,63}') }} and lower(version) <> 'latest' as is_name
        from {{ ref('stg_dataset_versions') }}
    ),

    frozen as (
        select dataset, version, version_number, as_of,
            max(as_of) over (partition by dataset) as last_as_of
        from {{ label_lineage.log_before('int_freeze_log') }} as freeze_log
        where entry = 'version'
    ),

    problems as (
        select
            'dataset version ' || coalesce({{ label_lineage.json_quote('declared.version') }}, 'NULL')
            || ' of dataset ' || coalesce({{ label_lineage.json_quote('declared.dataset') }}, 'NULL') || ' '
            || case
                when declared.dataset is null or datasets.dataset is null then 'belongs to no dataset; declare the dataset or take the row out'
                when declared.version is null or not declared.is_name then 'has a name that is not allowed; use letters, digits, dot, _ and -, at most 64, and not latest'
                when declared.as_of is null then 'has no as_of that reads as a time stamp; write it like 2024-01-31 23:59:59'
                when {{ label_lineage.is_out_of_time('declared.as_of') }} then 'has an as_of that is not after 0001-01-01 00:00 and before 9999-12-31, as labels are'
                when declared.n_same_version > 1 then 'is declared more than once; leave one row'
                when declared.n_same_cutoff > 1 then 'has the same as_of as another version of the dataset; leave one of them or move it'
                when frozen.as_of <> declared.as_of then 'was frozen as of ' || {{ label_lineage.utc_text('frozen.as_of') }} || ' and cannot move to ' || {{ label_lineage.utc_text('declared.as_of') }} || '; declare a new version instead'
                when frozen.version is null and declared.as_of <= last_frozen.last_as_of then 'has the cutoff ' || {{ label_lineage.utc_text('declared.as_of') }} || ', which is not after the newest frozen cutoff ' || {{ label_lineage.utc_text('last_frozen.last_as_of') }} || '; give it a later one'
            end as problem
        from declared
        left join {{ ref('int_datasets') }} as datasets on declared.dataset = datasets.dataset
        left join frozen on declared.dataset = frozen.dataset and declared.version = frozen.version
        left join (select dataset, max(last_as_of) as last_as_of from frozen group by dataset) as last_frozen
            on declared.dataset = last_frozen.dataset
    )

    select problem from problems
    where problem is not null
    order by {{ label_lineage.text_order('problem') }}
    limit 1
{% endmacro %}


{#-
  Pre-hook of int_versions_due: a dataset that has frozen versions reads the task that it was frozen
  from. Read from another one, its old rows would stay beside those of the new task.
-#}
{% macro check_dataset_tasks() %}
    {%- if not execute -%}{%- do return('') -%}{%- endif -%}
    {%- set moved = run_query(
        "select datasets.dataset, freeze_log.task as frozen_task, datasets.task as task_now from " ~ ref('int_datasets') ~ " as datasets inner join "
        ~ label_lineage.log_before('int_freeze_log') ~ " as freeze_log on datasets.dataset = freeze_log.dataset"
        ~ " where freeze_log.entry = 'version' and freeze_log.task <> datasets.task order by 1 limit 1"
    ) -%}
    {%- for row in moved.rows -%}
        {{ label_lineage.refuse("the dataset " ~ row[0] | tojson ~ " has versions frozen from the task " ~ row[1] | tojson ~ " and cannot read the task " ~ row[2] | tojson ~ "; " ~ ('give the new dataset a name of its own' if label_lineage.settings().datasets else 'where none is declared each task is a dataset of its name, so declare datasets for the tasks, under other names')) }}
    {%- endfor -%}
{% endmacro %}
