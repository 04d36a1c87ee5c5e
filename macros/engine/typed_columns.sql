{#-
  Columns of an input of any type, for engines whose SQL must know the type: as text, as a UTC timestamp
  and as a list of parents. `type` is the type's name, '' for a column that the input does not have.
-#}

{#- Text as it prints; JSON without the quotes of a text. -#}
{% macro text_of(column, type) %}
    {{- adapter.dispatch('text_of', 'label_lineage')(column, type) -}}
{% endmacro %}


{% macro default__text_of(column, type) %}
    {{ label_lineage.unsupported('text_of') }}
{% endmacro %}


{#- Dates print as the session says, and a view is read by any session. -#}
{% macro snowflake__text_of(column, type) -%}
    {%- if not type -%}
        cast(null as varchar)
    {%- elif modules.re.match('(?i)(variant|object|array|map|vector)', type) -%}
        to_varchar({{ column }})
    {%- elif modules.re.match('(?i)timestamp', type) -%}
        to_varchar({{ column }}, 'YYYY-MM-DD HH24:MI:SS.FF6')
    {%- elif modules.re.match('(?i)date', type) -%}
        to_varchar({{ column }}, 'YYYY-MM-DD')
    {%- else -%}
        cast({{ column }} as varchar)
    {%- endif -%}
{%- endmacro %}


{% macro bigquery__text_of(column, type) -%}
    {%- if not type -%}
        cast(null as string)
    {%- elif modules.re.match('(?i)json', type) -%}
        coalesce(json_value({{ column }}), nullif(to_json_string({{ column }}), 'null'))
    {%- elif modules.re.match('(?i)(array|struct|record|range)', type) -%}
        to_json_string({{ column }})
    {%- else -%}
        cast({{ column }} as string)
    {%- endif -%}
{%- endmacro %}


{#- Any time stamp as UTC. What has no offset is taken as UTC already. -#}
{% macro instant_of(column, type) %}
    {{- adapter.dispatch('instant_of', 'label_lineage')(column, type) -}}
{% endmacro %}


{% macro default__instant_of(column, type) %}
    {{ label_lineage.unsupported('instant_of') }}
{% endmacro %}


{#- Nanoseconds are cut off: no other engine has them. -#}
{% macro snowflake__instant_of(column, type) -%}
    {%- if not type -%}
        cast(null as timestamp_ntz)
    {%- elif modules.re.match('(?i)timestamp_(tz|ltz)', type) -%}
        date_trunc('microsecond', cast(convert_timezone('UTC', {{ column }}) as timestamp_ntz))
    {%- elif modules.re.match('(?i)(timestamp|date)', type) -%}
        date_trunc('microsecond', cast({{ column }} as timestamp_ntz))
    {%- else -%}
        {{ label_lineage.instant_from_text(label_lineage.text_of(column, type)) }}
    {%- endif -%}
{%- endmacro %}


{% macro bigquery__instant_of(column, type) -%}
    {%- if not type -%}
        cast(null as timestamp)
    {%- elif modules.re.match('(?i)timestamp', type) -%}
        {{ column }}
    {%- elif modules.re.match('(?i)(datetime|date)', type) -%}
        timestamp({{ column }}, 'UTC')
    {%- else -%}
        {{ label_lineage.instant_from_text(label_lineage.text_of(column, type)) }}
    {%- endif -%}
{%- endmacro %}


{#- An array, or the text of a JSON array, as a list; NULL when it cannot be read. -#}
{% macro list_from(column, type) %}
    {{- adapter.dispatch('list_from', 'label_lineage')(column, type) -}}
{% endmacro %}


{% macro default__list_from(column, type) %}
    {{ label_lineage.unsupported('list_from') }}
{% endmacro %}


{% macro snowflake__list_from(column, type) -%}
    {%- if modules.re.match('(?i)array', type) -%}
        {{ column }}
    {%- else -%}
        {%- set text = label_lineage.text_of(column, type) -%}
        case when {{ label_lineage.matches(text, label_lineage.json_list_pattern()) }} then cast(try_parse_json({{ text }}) as array) end
    {%- endif -%}
{%- endmacro %}


{% macro bigquery__list_from(column, type) -%}
    {%- if modules.re.match('(?i)array', type) -%}
        array(select cast(item as string) from unnest({{ column }}) as item with offset as place order by place)
    {%- else -%}
        {%- set text = label_lineage.text_of(column, type) -%}
        case when {{ label_lineage.matches(text, label_lineage.json_list_pattern()) }} then {{ label_lineage.json_texts(text) }} end
    {%- endif -%}
{%- endmacro %}
