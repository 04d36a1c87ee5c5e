{#- Raw rows with what the ledger already knows of each: its node, all that the row says, its parent. -#}
{% macro compared_with_ledger(raw, ledger) %}
    {%- set content = label_lineage.content_columns() %}
    select
        raw.*,
        known.node_id is not null as is_known_node,
        -- What cannot be read is NULL here, as if it had never been there.
        not raw.has_bad_time and not raw.has_bad_parents
        and {{ label_lineage.row_digest(content | map('replace', '', 'raw.', 1) | list) }} = known.content_digest as is_known_content,
        raw.parent_id is null or {{ label_lineage.list_contains('known.parent_ids', 'raw.parent_id') }} as is_known_parent
    from {{ raw }} as raw
    left join (
        select
            node_id,
            parent_ids,
            {{ label_lineage.row_digest(content) }} as content_digest
        from {{ ledger }} as ledger
    ) as known on raw.node_id = known.node_id
{%- endmacro %}


{#-
  Labels of the ledger whose raw rows have gone or say something else since. That is no fault: what was
  admitted stays. But who did not mean it wants to know. What was redacted is expected to differ.
-#}
{% macro changed_raw_rows() %}
    with compared as (
        {{ label_lineage.compared_with_ledger(label_lineage.unredacted(ref('stg_label_nodes')), ref('int_ledger')) }}
    ),

    found as (
        select
            node_id,
            max(case when is_known_content then 1 else 0 end) as n_same,
            max(case when is_known_content and not is_known_parent then 1 else 0 end) as n_other_parents,
            count(distinct case when is_known_content and is_known_parent then parent_id end) as n_parents
        from compared
        group by node_id
    )

    select
        'stg_label_nodes' as table_name,
        ledger.task,
        ledger.feature_id,
        ledger.node_id,
        ledger.label as admitted_label,
        ledger.recorded_at as admitted_as_recorded_at,
        case
            when found.node_id is null then 'the raw row is gone'
            when found.n_same = 0 then 'the raw row says something else'
            when found.n_other_parents = 1 then 'the raw rows name another parent'
            else 'the raw rows no longer name each parent'
        end as problem
    from {{ ref('int_ledger') }} as ledger
    left join found on ledger.node_id = found.node_id
    where (
            found.node_id is null
            or found.n_same = 0
            or found.n_other_parents = 1
            or found.n_parents < {{ label_lineage.list_size('ledger.parent_ids') }}
        )
        {%- if label_lineage.redactions().features %}
        and ledger.feature_id not in {{ label_lineage.redacted_features() }}
        {%- endif %}
{% endmacro %}
