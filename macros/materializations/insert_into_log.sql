{#- The one statement that adds rows to a log that is there. -#}
{% macro insert_into_log(log, columns, sql) %}
    {{- adapter.dispatch('insert_into_log', 'label_lineage')(log, columns, sql) -}}
{% endmacro %}


{% macro default__insert_into_log(log, columns, sql) %}
    insert into {{ log }} ({{ columns | join(', ') }})
    select {{ columns | join(', ') }} from (
        {{ sql }}
    ) as new_rows
{% endmacro %}


{#-
  Neither Iceberg nor Delta has unique keys, and two appends at once both succeed. A merge that could
  update is checked against whatever was committed since it began: of two at once one fails, and one
  that comes later, or is sent again after a lost connection, adds only what is not there. It never does
  update.
-#}
{% macro spark__insert_into_log(log, columns, sql) %}
    merge into {{ log }} as log
    using (
        {{ sql }}
    ) as new_rows
    on {{ label_lineage.is_same_log_row() }}
    when matched and 1 = 0 then update set {{ columns[0] }} = new_rows.{{ columns[0] }}
    when not matched then insert ({{ columns | join(', ') }}) values (new_rows.{{ columns | join(', new_rows.') }})
{% endmacro %}


{#- What names a row of each log. -#}
{% macro log_keys() %}
    {%- do return({
        'int_ledger': ['node_id'],
        'int_ledger_batches': ['batch'],
        'int_ledger_edges': ['child_id', 'parent_id'],
        'int_rejections': ['rejection_id'],
        'int_redactions': ['redaction_id'],
        'int_erasures': ['erasure'],
        'int_splits': ['dataset', 'feature_id'],
        'int_freeze_log': ['dataset', 'version_number', 'entry', 'feature_id', 'annotator_id', 'true_label', 'given_label'],
    }) -%}
{% endmacro %}


{#-
  Whether a new row is there already. By equality alone, because some engines compare each row with each where
  NULL equals NULL: what may be NULL, in the freeze log alone, is led by a point, and nothing stands for NULL.
-#}
{% macro is_same_log_row() -%}
    {%- set nullable = ['feature_id', 'annotator_id', 'true_label', 'given_label'] if model.name == 'int_freeze_log' else [] -%}
    {%- for key in label_lineage.log_keys()[model.name] -%}
        {{ ' and ' if not loop.first }}
        {%- if key in nullable -%}
        coalesce('.' || log.{{ key }}, '') = coalesce('.' || new_rows.{{ key }}, '')
        {%- else -%}
        log.{{ key }} = new_rows.{{ key }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- The same here: of two merges at once one fails. -#}
{% macro trino__insert_into_log(log, columns, sql) %}
    merge into {{ log }} as log
    using (
        {{ sql }}
    ) as new_rows
    on {{ label_lineage.is_same_log_row() }}
    when not matched then insert ({{ columns | join(', ') }}) values (new_rows.{{ columns | join(', new_rows.') }})
{% endmacro %}


{% macro athena__insert_into_log(log, columns, sql) %}
    {{- label_lineage.trino__insert_into_log(log, columns, sql) -}}
{% endmacro %}


{#- Two merges that only insert may run at once here, which is why a run holds the schema by a view; one that comes second adds only what is not there. -#}
{% macro bigquery__insert_into_log(log, columns, sql) %}
    {{- label_lineage.trino__insert_into_log(log, columns, sql) -}}
{% endmacro %}


{#- Unique keys are written down but not kept, so a second attempt adds only what is not there. -#}
{% macro snowflake__insert_into_log(log, columns, sql) %}
    {{- label_lineage.trino__insert_into_log(log, columns, sql) -}}
{% endmacro %}
