{#-
  One input as the typed columns of the input contract, one row per raw row and parent. Optional
  columns may be absent. A time stamp that cannot be read becomes NULL and sets `has_bad_time`.
-#}
{% macro read_label_nodes(relation) %}
    {{- adapter.dispatch('read_label_nodes', 'label_lineage')(relation) -}}
{% endmacro %}


{% macro default__read_label_nodes(relation) %}
    {{ label_lineage.unsupported('read_label_nodes') }}
{% endmacro %}


{#- `union all by name` with a row-less stand-in fills in absent columns without asking which there are. -#}
{% macro duckdb__read_label_nodes(relation) %}
    {%- set columns %}
        {{ label_lineage.duckdb_text('node_id') }} as node_id,
        {{ label_lineage.duckdb_text('feature_id') }} as feature_id,
        {{ label_lineage.duckdb_text('task') }} as task,
        {{ label_lineage.duckdb_text('label') }} as label,
        {{ label_lineage.duckdb_text('annotator_id') }} as annotator_id,
        {{ label_lineage.duckdb_instant('created_at') }} as created_at,
        {{ label_lineage.duckdb_instant('recorded_at') }} as recorded_at,
        {{ label_lineage.duckdb_text('split_group') }} as split_group,
        {{ label_lineage.duckdb_text('source') }} as source,
        {{ label_lineage.duckdb_text('attributes') }} as attributes,
        (created_at is not null and {{ label_lineage.duckdb_instant('created_at') }} is null)
            or (recorded_at is not null and {{ label_lineage.duckdb_instant('recorded_at') }} is null) as has_bad_time,
    {%- endset %}
    select
        {{ columns }}
        {{ label_lineage.duckdb_text('parent_id') }} as parent_id,
        false as has_bad_parents
    from ({{ label_lineage.duckdb_with_all_columns(relation) }}) as raw
    where parent_ids is null
    union all
    select
        {{ columns }}
        unnest({{ label_lineage.duckdb_parents() }}) as parent_id,
        {{ label_lineage.duckdb_parents('null') }} is null as has_bad_parents
    from ({{ label_lineage.duckdb_with_all_columns(relation) }}) as raw
    where parent_ids is not null
{% endmacro %}


{% macro duckdb_with_all_columns(relation) %}
        select
            null as parent_id, null as parent_ids, null as task, null as annotator_id, null as created_at,
            null as recorded_at, null as split_group, null as source, null as attributes
        where false
        union all by name
        select * from {{ relation }}
{%- endmacro %}


{#- Nested values (a JSON file's objects) as JSON, everything else as it prints. `typeof` folds to a constant. -#}
{% macro duckdb_text(column) -%}
    case
        when typeof({{ column }}) = 'JSON' or typeof({{ column }}) like '%(%' or typeof({{ column }}) like '%]'
            then cast(to_json({{ column }}) as varchar)
        else cast({{ column }} as varchar)
    end
{%- endmacro %}


{#- Any time stamp as UTC. Text with an offset is moved to UTC; text without one is taken as UTC already. -#}
{% macro duckdb_instant(column) -%}
    case
        when
            typeof({{ column }}) = 'TIMESTAMP WITH TIME ZONE'
            or (
                typeof({{ column }}) = 'VARCHAR'
                and regexp_matches(cast({{ column }} as varchar), '[0-9]{2}:[0-9]{2}.*(Z|[+-][0-9]{2}(:?[0-9]{2})?)$')
            )
            then timezone('UTC', try_cast({{ column }} as timestamptz))
        else try_cast({{ column }} as timestamp)
    end
{%- endmacro %}


{#- `parent_ids`, an array or the text of a JSON array, as a list; [NULL] when it is empty or unreadable. -#}
{% macro duckdb_parents(unreadable='[null]') -%}
    case
        when typeof(parent_ids) in ('VARCHAR', 'JSON') then
            case
                when not coalesce(json_valid(cast(parent_ids as varchar)), false) then {{ unreadable }}
                when json_type(cast(parent_ids as varchar)) <> 'ARRAY' then {{ unreadable }}
                when json_array_length(cast(parent_ids as varchar)) = 0 then [null]
                else from_json(cast(parent_ids as varchar), '["VARCHAR"]')
            end
        when len(try_cast(parent_ids as varchar[])) = 0 then [null]
        else coalesce(try_cast(parent_ids as varchar[]), {{ unreadable }})
    end
{%- endmacro %}
