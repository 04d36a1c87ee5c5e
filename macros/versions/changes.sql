{#- Everything a training row says, in a fixed order. -#}
{% macro training_row_hash(row='') %}
    {%- set text = dbt.type_string() -%}
    {{- label_lineage.hash_columns([
        row ~ 'feature_id',
        row ~ 'label',
        row ~ 'label_distribution',
        'cast(cast(' ~ row ~ 'confidence * 1000000 as ' ~ dbt.type_bigint() ~ ') as ' ~ text ~ ')',
        'cast(' ~ row ~ 'n_labels as ' ~ text ~ ')',
        row ~ 'outcome',
        row ~ 'split',
        label_lineage.list_text(row ~ 'leaf_node_ids'),
    ]) -}}
{% endmacro %}


{#- How a feature's place in the data changed. `left_out`: it was not in and is not in, for another reason than before. -#}
{% macro change_kind() %}
    case
        when label is not null and previous_label is null then 'added'
        when label is not null then 'changed'
        when previous_label is not null then 'removed'
        else 'left_out'
    end
{%- endmacro %}


{#- Why: by the labels that became effective in the version's window. The first that applies counts. -#}
{% macro change_cause() %}
    case
        when outcome = 'redacted' then 'redaction'
        when is_only_estimated then 'vote'
        when n_new = 0 then 'policy'
        when n_late > 0 then 'late'
        when previous_row_hash is null then 'new_label'
        when n_retractions > 0 then 'retraction'
        when n_merges > 0 then 'consolidation'
        when n_corrections > 0 then 'correction'
        else 'vote'
    end
{%- endmacro %}


{#- The newest logged state of each feature that a run touches. A label that was erased is an empty text: it was there. -#}
{% macro last_logged_states(touched) %}
    select
        dataset,
        version_number,
        feature_id,
        case when {{ label_lineage.is_in_data() }} then coalesce(label, '') end as label,
        row_hash
    from (
        select
            freeze_log.*,
            row_number() over (partition by freeze_log.dataset, freeze_log.feature_id order by freeze_log.version_number desc) as newest
        from {{ label_lineage.log_before('int_freeze_log') }} as freeze_log
        inner join (select distinct dataset, feature_id from {{ ref(touched) }}) as touched
            on freeze_log.dataset = touched.dataset and freeze_log.feature_id = touched.feature_id
        where freeze_log.entry = 'row'
    ) as states
    where newest = 1
{%- endmacro %}


{#-
  A `union all` with what earlier runs froze and did not publish, for they stopped in between: `latest` reads it
  here until a run does. Such versions are looked up first, so that commonly no row of the log is read. A view is
  nothing that a run published: `dbt clone --full-refresh` can leave one of itself, which nobody can read.
-#}
{% macro unpublished_changes(columns) %}
    {%- set published = label_lineage.log_before('int_training_rows') %}
    union all
    select logged.{{ columns | join(', logged.') }}
    from {{ label_lineage.log_before('int_freeze_log') }} as logged
    inner join (
        select entries.dataset, entries.version_number
        from {{ label_lineage.log_before('int_freeze_log') }} as entries
        inner join {{ ref('int_versions_due') }} as latest
            on entries.dataset = latest.dataset and latest.is_latest
        {%- if not published.is_view %}
        left join {{ published }} as published
            on entries.dataset = published.dataset
            and entries.version_number = published.version_number
            and published.entry = 'version'
        {%- endif %}
        where entries.entry = 'version'
        {%- if not published.is_view %}
            and published.dataset is null
        {%- endif %}
    ) as unpublished
        on logged.dataset = unpublished.dataset and logged.version_number = unpublished.version_number
    where logged.entry = 'row'
{%- endmacro %}
