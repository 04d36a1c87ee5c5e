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


{#- JSON texts without their quotes, nested values as JSON, everything else as it prints. `typeof` folds to a constant. -#}
{% macro duckdb_text(column) -%}
    case
        when typeof({{ column }}) = 'JSON' or typeof({{ column }}) like '%(%' or typeof({{ column }}) like '%]'
            then to_json({{ column }}) ->> '$'
        else cast({{ column }} as varchar)
    end
{%- endmacro %}


{#-
  Any time stamp as UTC. Text with an offset is moved to UTC; text without one is taken as UTC already.
  Text in any other form is NULL: DuckDB would read `10:00 PM` and `10:00 Europe/Berlin` as ten o'clock.
-#}
{% macro duckdb_instant(column) -%}
    {%- set text = label_lineage.duckdb_text(column) -%}
    {%- set day = '[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}' -%}
    {%- set time = '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?' -%}
    {%- set offset = '(Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)' -%}
    case
        when typeof({{ column }}) = 'TIMESTAMP WITH TIME ZONE' then timezone('UTC', try_cast({{ column }} as timestamptz))
        when typeof({{ column }}) not in ('VARCHAR', 'JSON') then try_cast({{ column }} as timestamp)
        when regexp_full_match({{ text }}, '\s*{{ day }}([T ]{{ time }})?\s*') then try_cast({{ text }} as timestamp)
        when regexp_full_match({{ text }}, '\s*{{ day }}[T ]{{ time }} *{{ offset }}\s*')
            then timezone('UTC', try_cast(regexp_replace(regexp_replace({{ text }}, '(Z|UTC|GMT)', '+00'), ' *([+-][0-9:]+)\s*$', '\1') as timestamptz))
    end
{%- endmacro %}


{#-
  All parents that a row names: those of `parent_ids`, an array or the text of a JSON array, and that
  of `parent_id`. [NULL] when there are none; `unreadable` when `parent_ids` is something else.
-#}
{% macro duckdb_parents(unreadable='[null]') -%}
    {%- set text = label_lineage.duckdb_text('parent_ids') -%}
    {%- set parent = label_lineage.duckdb_text('parent_id') -%}
    {%- set parents %}
        case
            when typeof(parent_ids) in ('VARCHAR', 'JSON') then
                case
                    when coalesce(json_valid({{ text }}), false) and json_type({{ text }}) = 'ARRAY'
                        then from_json({{ text }}, '["VARCHAR"]')
                end
            else try_cast(parent_ids as varchar[])
        end
    {%- endset %}
    case
        when {{ parents }} is null then {{ unreadable }}
        when len({{ parents }}) = 0 then [{{ parent }}]
        when {{ parent }} is not null then list_append({{ parents }}, {{ parent }})
        else {{ parents }}
    end
{%- endmacro %}
