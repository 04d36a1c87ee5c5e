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
        select {% for column in label_lineage.optional_columns() %}null as {{ column }}{{ ', ' if not loop.last }}{% endfor %}
        where false
        union all by name
        select * from {{ relation }}
{%- endmacro %}


{#- JSON texts without their quotes, nested values as JSON, everything else as it prints. `typeof` folds to a constant. -#}
{% macro duckdb_text(column) -%}
    case
        when regexp_matches(typeof({{ column }}), '^(JSON$|STRUCT|MAP|UNION)|\]$')
            then to_json({{ column }}) ->> '$'
        else cast({{ column }} as varchar)
    end
{%- endmacro %}


{#-
  Any time stamp as UTC. Text with an offset is moved to UTC; text without one is taken as UTC already.
  Text in any other form is NULL: DuckDB would read `10:00 PM` and `10:00 Europe/Berlin` as ten o'clock.
-#}
{% macro duckdb_instant(column) -%}
    {%- set text = label_lineage.plain_offset('cast(' ~ column ~ ' as varchar)') -%}
    {%- set nanoseconds = 'epoch_ns(try_cast(' ~ column ~ ' as timestamp_ns))' -%}
    case
        when typeof({{ column }}) = 'TIMESTAMP WITH TIME ZONE' then timezone('UTC', try_cast({{ column }} as timestamptz))
        -- Cut off like digits of a text, where a cast would round up, at times into the next version.
        when typeof({{ column }}) = 'TIMESTAMP_NS'
            then coalesce(make_timestamp({{ nanoseconds }} // 1000 - case when {{ nanoseconds }} % 1000 < 0 then 1 else 0 end), try_cast({{ column }} as timestamp))
        when typeof({{ column }}) <> 'VARCHAR' then try_cast({{ column }} as timestamp)
        when not regexp_full_match({{ text }}, '{{ label_lineage.instant_pattern() }}') then null
        when regexp_matches({{ text }}, ':.*(Z|[+-][0-9]{2}(:?[0-9]{2})?)$') then timezone('UTC', try_cast({{ text }} as timestamptz))
        else try_cast({{ text }} as timestamp)
    end
{%- endmacro %}


{#-
  All parents that a row names: those of `parent_ids`, an array or the text of a JSON array, and that
  of `parent_id`. [NULL] when there are none; `unreadable` when `parent_ids` is something else.
-#}
{% macro duckdb_parents(unreadable='[null]') -%}
    {%- set parent = label_lineage.duckdb_text('parent_id') -%}
    {%- set parents %}
        case
            when typeof(parent_ids) in ('VARCHAR', 'JSON') then
                case
                    when regexp_full_match(cast(parent_ids as varchar), '{{ label_lineage.json_list_pattern() }}')
                        then from_json(cast(parent_ids as varchar), '["VARCHAR"]')
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


{#-
  An absent column is filled in by scope: a name that the relation does not have is looked up one level
  out, in a row of NULLs. So nobody asks the catalogue which columns there are.
-#}
{% macro postgres__read_label_nodes(relation) %}
    {%- set given = ['node_id', 'feature_id', 'label'] -%}
    {%- set optional = label_lineage.optional_columns() -%}
    select
        {% for column in ['node_id', 'feature_id', 'task', 'label', 'annotator_id'] -%}
        cast({{ column }} as text) as {{ column }},
        {% endfor -%}
        created_at,
        recorded_at,
        {% for column in ['split_group', 'source', 'attributes'] -%}
        cast({{ column }} as text) as {{ column }},
        {% endfor -%}
        (had_created_at and created_at is null) or (had_recorded_at and recorded_at is null) as has_bad_time,
        unnest(case
            when parent_ids is null then array[cast(parent_id as text)]
            when parent_list is null then array[cast(null as text)]
            when json_array_length(parent_list) > 0
                then array(select json_array_elements_text(parent_list)) || case when parent_id is not null then array[cast(parent_id as text)] end
            else array[cast(parent_id as text)]
        end) as parent_id,
        parent_ids is not null and parent_list is null as has_bad_parents
    from (
        select
            {{ (given + optional) | reject('in', ['created_at', 'recorded_at']) | join(', ') }},
            created_at is not null as had_created_at,
            recorded_at is not null as had_recorded_at,
            {{ label_lineage.postgres_instant('created_at') }} as created_at,
            {{ label_lineage.postgres_instant('recorded_at') }} as recorded_at,
            {{ label_lineage.postgres_parents() }} as parent_list
        from (
            select raw.*
            from (select {% for column in optional %}cast(null as text) as {{ column }}{{ ', ' if not loop.last }}{% endfor %}) as absent
            cross join lateral (select {{ (given + optional) | join(', ') }} from {{ relation }}) as raw
        ) as complete
    ) as typed
{% endmacro %}


{#-
  Any time stamp as UTC, whatever the time zone and date style of the session. Text with an offset is
  moved to UTC, text without one is taken as UTC already. Text is cast only where the pattern and the
  calendar say that it can be read, for there is no `try_cast`. Digits beyond the sixth are cut off.
-#}
{% macro postgres_instant(column) -%}
    {%- set text = label_lineage.plain_offset('cast(' ~ column ~ ' as text)') -%}
    {%- set exact = "regexp_replace(" ~ text ~ ", '([.][0-9]{6})[0-9]+', '\\1')" -%}
    case
        when pg_typeof({{ column }}) = 'timestamptz'::regtype
            then case when isfinite(cast({{ column }} as timestamptz)) then timezone('UTC', cast({{ column }} as timestamptz)) end
        when pg_typeof({{ column }}) in ('timestamp'::regtype, 'date'::regtype)
            then case when isfinite(cast({{ column }} as timestamp)) then cast({{ column }} as timestamp) end
        when {{ text }} ~ '^({{ label_lineage.instant_pattern() }})$' then
            case
                when cast(substring({{ text }} from '^[0-9]+[-/][0-9]+[-/]([0-9]+)') as integer) <= 28
                    or extract(day from make_date(
                        cast(substring({{ text }} from '^([0-9]+)') as integer),
                        cast(substring({{ text }} from '^[0-9]+[-/]([0-9]+)') as integer),
                        1
                    ) + interval '1 month' - interval '1 day') >= cast(substring({{ text }} from '^[0-9]+[-/][0-9]+[-/]([0-9]+)') as integer)
                    then case
                        when {{ text }} ~ ':.*(Z|[+-][0-9]{2}(:?[0-9]{2})?)$' then timezone('UTC', cast({{ exact }} as timestamptz))
                        else cast({{ exact }} as timestamp)
                    end
            end
    end
{%- endmacro %}


{#- `parent_ids`, an array or the text of a JSON array, as JSON; NULL when it cannot be read. -#}
{% macro postgres_parents() -%}
    case
        when cast(pg_typeof(parent_ids) as text) like '%[]' then to_json(parent_ids)
        when cast(parent_ids as text) ~ '^({{ label_lineage.json_list_pattern() }})$' then cast(cast(parent_ids as text) as json)
    end
{%- endmacro %}


{#- Columns of the input contract that an input may lack. -#}
{% macro optional_columns() -%}
    {%- do return(['task', 'annotator_id', 'created_at', 'recorded_at', 'split_group', 'source', 'attributes', 'parent_id', 'parent_ids']) -%}
{%- endmacro %}


{#-
  Absent columns come in by scope, as on Postgres. The type of a column does not matter either: a time
  stamp, a date and a text all print alike, and anything put into JSON and taken out again is its JSON.
-#}
{% macro spark__read_label_nodes(relation) %}
    {%- set optional = label_lineage.optional_columns() -%}
    {%- set columns = ['node_id', 'feature_id', 'label'] + optional -%}
    {%- set texts = ['node_id', 'feature_id', 'task', 'label', 'annotator_id', 'split_group', 'source', 'attributes'] -%}
    select
        {{ texts | join(',\n        ') }},
        created_at,
        recorded_at,
        (had_created_at and created_at is null) or (had_recorded_at and recorded_at is null) as has_bad_time,
        explode(case
            when had_parent_ids and parent_list is null then array(cast(null as string))
            when array_size(parent_list) > 0 then parent_list || case when parent_id is null then {{ label_lineage.empty_list() }} else array(parent_id) end
            else array(parent_id)
        end) as parent_id,
        had_parent_ids and parent_list is null as has_bad_parents
    from (
        select
            {% for column in texts + ['parent_id'] -%}
            {{ label_lineage.spark_text(column) }} as {{ column }},
            {% endfor -%}
            created_at is not null as had_created_at,
            recorded_at is not null as had_recorded_at,
            {{ label_lineage.spark_json_text('parent_ids') }} is not null as had_parent_ids,
            {{ label_lineage.spark_instant('created_at') }} as created_at,
            {{ label_lineage.spark_instant('recorded_at') }} as recorded_at,
            case
                {#- Possessive repeats: Java would go one call deeper for each parent, up to the end of its stack. #}
                when {{ label_lineage.spark_json_text('parent_ids') }} rlike r'^({{ label_lineage.json_list_pattern() | replace(')*', ')*+') }})\z'
                    then from_json({{ label_lineage.spark_json_text('parent_ids') }}, 'array<string>')
            end as parent_list
        from (
            select raw.*
            from (select {% for column in optional %}cast(null as string) as {{ column }}{{ ', ' if not loop.last }}{% endfor %}) as absent
            cross join lateral (select {{ columns | join(', ') }} from {{ relation }}) as raw
        ) as complete
    ) as typed
{% endmacro %}


{#- Nested values as JSON, everything else as it prints. -#}
{% macro spark_text(column) -%}
    case
        when typeof({{ column }}) rlike '^(array|map|struct)' then {{ label_lineage.spark_json_text(column) }}
        else cast({{ column }} as string)
    end
{%- endmacro %}


{#- A text as it is, everything else as JSON. -#}
{% macro spark_json_text(column) -%}
    get_json_object(to_json(struct({{ column }} as item)), '$.item')
{%- endmacro %}


{#-
  Any time stamp as UTC, in a session in UTC, which `hold_run` sees to. Text with an offset is moved to
  UTC, text without one is taken as UTC already. Text in any other form is NULL. Spark asks for dashes,
  and for seconds where an offset follows.
-#}
{% macro spark_instant(column) -%}
    {%- set text = label_lineage.plain_offset('cast(' ~ column ~ ' as string)') | replace(label_lineage.literal('\\1'), "'$1'") -%}
    case
        when {{ text }} rlike r'^({{ label_lineage.instant_pattern() }})\z'
            then try_cast(
                regexp_replace(replace({{ text }}, '/', '-'), '([ T][0-9]+:[0-9]+)(Z|[+-]|$)', '$1:00$2') as {{ label_lineage.type_instant() }}
            )
    end
{%- endmacro %}


{#-
  Which columns an input has is asked when the view is made: there is no way to say it in SQL. Before an
  input is there, while compiling, it is taken to have them all.
-#}
{% macro trino__read_label_nodes(relation) %}
    {%- set optional = label_lineage.optional_columns() -%}
    {%- set is_there = execute and (relation is string or load_relation(relation) is not none) -%}
    {%- set found = [] -%}
    {%- if is_there -%}
        {%- for column in get_column_schema_from_query('select * from ' ~ relation ~ ' where 1 = 0') -%}{%- do found.append(column.name | lower) -%}{%- endfor -%}
    {%- else -%}
        {%- do found.extend(optional) -%}
    {%- endif -%}
    select
        {% for column in ['node_id', 'feature_id', 'task', 'label', 'annotator_id', 'created_at', 'recorded_at', 'split_group', 'source', 'attributes'] -%}
        {{ column }},
        {% endfor -%}
        (had_created_at and created_at is null) or (had_recorded_at and recorded_at is null) as has_bad_time,
        parents.parent_id,
        had_parent_ids and parent_list is null as has_bad_parents
    from (
        select
            {% for column in ['node_id', 'feature_id', 'task', 'label', 'annotator_id', 'split_group', 'source', 'attributes', 'parent_id'] -%}
            cast({{ column }} as varchar) as {{ column }},
            {% endfor -%}
            created_at is not null as had_created_at,
            recorded_at is not null as had_recorded_at,
            parent_ids is not null as had_parent_ids,
            {{ label_lineage.trino_instant('created_at') }} as created_at,
            {{ label_lineage.trino_instant('recorded_at') }} as recorded_at,
            {{ label_lineage.trino_parents() }} as parent_list
        from (
            select
                node_id, feature_id, label
                {%- for column in optional %},
                {{ column if column in found else 'cast(null as varchar) as ' ~ column }}
                {%- endfor %}
            from {{ relation }}
        ) as raw
    ) as typed
    cross join unnest(
        case
            when parent_list is null and had_parent_ids then array[cast(null as varchar)]
            when parent_list is null or cardinality(parent_list) = 0 then array[typed.parent_id]
            when typed.parent_id is not null then parent_list || typed.parent_id
            else parent_list
        end
    ) as parents (parent_id)
{% endmacro %}


{#-
  Any time stamp as UTC, from its text, whatever the time zone of the session. Text with an offset is
  moved to UTC, text without one is taken as UTC already. It is put together anew from its parts, because
  casts read more, and not alike from release to release. Digits beyond the sixth are cut off.
-#}
{% macro trino_instant(column) -%}
    {%- set text = 'cast(' ~ column ~ ' as varchar)' -%}
    {%- set plain = "regexp_replace(regexp_replace(trim(both ' ' from " ~ text ~ "), ' *(Z|UTC|GMT)\\z', '+00'), ' +([+-][0-9:]+)\\z', '$1')" -%}
    {%- set parts = '\\A([0-9]+)[-/]([0-9]+)[-/]([0-9]+)(?:[ T]([0-9]+):([0-9]+)(?::([0-9]+)(?:[.]([0-9]*))?)?(?:([+-])([0-9]{2}):?([0-9]{2})?)?)?\\z' -%}
    {%- set part = namespace(sql=[]) -%}
    {%- for number in range(11) -%}
        {%- do part.sql.append('regexp_extract(' ~ plain ~ ", '" ~ parts ~ "', " ~ number ~ ')') -%}
    {%- endfor -%}
    case
        when typeof({{ column }}) like '%with time zone' then cast(try_cast({{ text }} as timestamp(6) with time zone) at time zone 'UTC' as timestamp(6))
        when regexp_like({{ plain }}, '\A(?:{{ label_lineage.instant_pattern() }})\z') then date_add(
            'minute',
            coalesce(case when {{ part.sql[8] }} = '-' then 1 else -1 end * (60 * cast({{ part.sql[9] }} as integer) + coalesce(cast({{ part.sql[10] }} as integer), 0)), 0),
            try_cast(
                {{ part.sql[1] }} || '-' || lpad({{ part.sql[2] }}, 2, '0') || '-' || lpad({{ part.sql[3] }}, 2, '0') || ' '
                || coalesce(lpad({{ part.sql[4] }}, 2, '0') || ':' || {{ part.sql[5] }}, '00:00') || ':'
                || coalesce({{ part.sql[6] }}, '00') || '.' || rpad(substr(coalesce({{ part.sql[7] }}, ''), 1, 6), 6, '0')
                as timestamp(6)
            )
        )
    end
{%- endmacro %}


{#- `parent_ids`, an array or the text of a JSON array, as a list; NULL when it cannot be read. -#}
{% macro trino_parents() -%}
    {%- set as_json = 'cast(parent_ids as json)' -%}
    {%- set text = "case when typeof(parent_ids) = 'json' then json_format(" ~ as_json ~ ') else cast(' ~ as_json ~ ' as varchar) end' -%}
    case
        when typeof(parent_ids) like 'array%' then cast({{ as_json }} as array(varchar))
        when regexp_like({{ text }}, '\A(?:{{ label_lineage.json_list_pattern() }})\z') then cast(json_parse({{ text }}) as array(varchar))
    end
{%- endmacro %}


{% macro snowflake__read_label_nodes(relation) %}
    select
        {{ label_lineage.typed_label_columns() }}
        cast(items.value as varchar) as parent_id
    from (
        {{ label_lineage.typed_label_nodes(relation) }}
    ) as typed,
    lateral flatten(
        input => case
            when had_parents and parent_list is null then array_construct()
            when parent_id is null then coalesce(parent_list, array_construct())
            else array_append(coalesce(parent_list, array_construct()), to_variant(parent_id))
        end,
        outer => true
    ) as items
{% endmacro %}


{% macro bigquery__read_label_nodes(relation) %}
    select
        {{ label_lineage.typed_label_columns() }}
        item as parent_id
    from (
        {{ label_lineage.typed_label_nodes(relation) }}
    ) as typed
    cross join unnest(
        case
            when had_parents and parent_list is null then [cast(null as string)]
            when coalesce(array_length(parent_list), 0) = 0 then [parent_id]
            when parent_id is null then parent_list
            else array_concat(parent_list, [parent_id])
        end
    ) as item
{% endmacro %}


{#- Every column of the input contract but the parent, which each engine has its own way to unnest. -#}
{% macro typed_label_columns() %}
        node_id,
        feature_id,
        task,
        label,
        annotator_id,
        created_at,
        recorded_at,
        split_group,
        source,
        attributes,
        (had_created_at and created_at is null) or (had_recorded_at and recorded_at is null) as has_bad_time,
        had_parents and parent_list is null as has_bad_parents,
{%- endmacro %}


{#- One input with its columns typed; `had_...` tells a value that cannot be read from none. -#}
{% macro typed_label_nodes(relation) %}
    {%- set types = label_lineage.known_types(relation) -%}
        select
            {% for column in ['node_id', 'feature_id', 'task', 'label', 'annotator_id', 'split_group', 'source', 'attributes', 'parent_id'] -%}
            {{ label_lineage.text_of('raw.' ~ column, types.get(column, '')) }} as {{ column }},
            {% endfor -%}
            {% for column in ['created_at', 'recorded_at'] -%}
            {{ label_lineage.instant_of('raw.' ~ column, types.get(column, '')) }} as {{ column }},
            {{ 'raw.' ~ column ~ ' is not null' if column in types else '1 = 0' }} as had_{{ column }},
            {% endfor -%}
            {% if 'parent_ids' in types -%}
            raw.parent_ids is not null as had_parents,
            {{ label_lineage.list_from('raw.parent_ids', types.parent_ids) }} as parent_list
            {%- else -%}
            1 = 0 as had_parents,
            {{ label_lineage.empty_list() }} as parent_list
            {%- endif %}
        from {{ relation }} as raw
{%- endmacro %}


{#-
  Column name (lower case) -> type name of an input, for engines whose SQL must name only columns that are
  there. While nobody can be asked (dbt parse, or an input that is not built yet) it is taken to have all
  columns, as text; when the model runs, it has been asked.
-#}
{% macro known_types(relation) %}
    {%- set types = {} -%}
    {%- set there = none -%}
    {%- if execute -%}
        {%- if relation is string -%}
            {%- set parts = relation.split('.') -%}
            {%- set there = adapter.get_relation(
                database=parts[-3] if parts | length > 2 else target.database,
                schema=parts[-2] if parts | length > 1 else target.schema,
                identifier=parts[-1]
            ) -%}
        {%- else -%}
            {%- set there = load_relation(relation) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if there is none -%}
        {%- for column in ['node_id', 'parent_id', 'parent_ids', 'as_of'] + label_lineage.content_columns() -%}
            {%- do types.update({column: 'text'}) -%}
        {%- endfor -%}
    {%- else -%}
        {%- for column in adapter.get_columns_in_relation(there) -%}
            {%- do types.update({column.name | lower: column.data_type}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do return(types) -%}
{% endmacro %}


{% macro athena__read_label_nodes(relation) %}
    {{- label_lineage.trino__read_label_nodes(relation) -}}
{% endmacro %}
