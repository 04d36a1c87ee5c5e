{#- A text as a JSON string with its quotes and escapes. -#}
{% macro json_quote(text) %}
    {{- adapter.dispatch('json_quote', 'label_lineage')(text) -}}
{% endmacro %}


{% macro default__json_quote(text) %}
{{ label_lineage.unsupported('json_quote') }}
{% endmacro %}


{% macro duckdb__json_quote(text) %}
    cast(to_json({{ text }}) as varchar)
{% endmacro %}


{#- `to_json` writes control characters without a short form as \u001f; other engines write \u001F. -#}
{% macro postgres__json_quote(text) -%}
    {%- set quoted = namespace(sql="replace(replace(" ~ text ~ ", '\\', '\\\\'), '\"', '\\\"')") -%}
    {%- set short = {8: 'b', 9: 't', 10: 'n', 12: 'f', 13: 'r'} -%}
    {%- for code in range(1, 32) -%}
        {%- set escape = short.get(code) or 'u%04X' % code -%}
        {%- set quoted.sql = 'replace(' ~ quoted.sql ~ ', chr(' ~ code ~ "), '\\" ~ escape ~ "')" -%}
    {%- endfor -%}
    case
        when {{ text }} ~ '[\u000b\u000e-\u001f]' then '"' || {{ quoted.sql }} || '"'
        else cast(to_json(cast({{ text }} as text)) as text)
    end
{%- endmacro %}


{% macro snowflake__json_quote(text) -%}
    {{ label_lineage.json_quote_by_hand(text) }}
{%- endmacro %}


{#- `to_json_string` also escapes the separators of lines and paragraphs, which others leave as they are. -#}
{% macro bigquery__json_quote(text) -%}
    {{ label_lineage.json_quote_by_hand(text) }}
{%- endmacro %}


{#- Quotes and backslashes escaped, then the control characters, which most texts have none of. -#}
{% macro json_quote_by_hand(text) -%}
    {%- set quoted = namespace(sql=text) -%}
    {%- for character in ['\\', '"'] -%}
        {%- set quoted.sql = 'replace(' ~ quoted.sql ~ ', ' ~ label_lineage.literal(character) ~ ', ' ~ label_lineage.literal('\\' ~ character) ~ ')' -%}
    {%- endfor -%}
    {%- set plain = quoted.sql -%}
    {%- set short = {8: 'b', 9: 't', 10: 'n', 12: 'f', 13: 'r'} -%}
    {%- for code in range(1, 32) -%}
        {%- set quoted.sql = 'replace(' ~ quoted.sql ~ ', chr(' ~ code ~ '), ' ~ label_lineage.literal('\\' ~ (short.get(code) or 'u%04X' % code)) ~ ')' -%}
    {%- endfor -%}
    case
        when {{ label_lineage.has_control_characters(text) }} then '"' || {{ quoted.sql }} || '"'
        else '"' || {{ plain }} || '"'
    end
{%- endmacro %}


{% macro has_control_characters(text) -%}
    {{- adapter.dispatch('has_control_characters', 'label_lineage')(text) -}}
{%- endmacro %}


{#- The slow way is always right. -#}
{% macro default__has_control_characters(text) -%}
    {{ text }} is not null
{%- endmacro %}


{% macro bigquery__has_control_characters(text) -%}
    regexp_contains({{ text }}, r'[\x01-\x1f]')
{%- endmacro %}


{% macro snowflake__has_control_characters(text) -%}
    regexp_instr({{ text }}, '[' || chr(1) || '-' || chr(31) || ']') > 0
{%- endmacro %}


{#- Only arrays and structs become JSON here, so the text goes in as an array and comes out without its brackets. -#}
{% macro spark__json_quote(text) -%}
    case when {{ text }} is not null then substr(to_json(array({{ text }})), 2, length(to_json(array({{ text }}))) - 2) end
{%- endmacro %}


{#- `json_format` writes what lies beyond U+FFFF as two escapes; other engines write the character itself. -#}
{% macro trino__json_quote(text) -%}
    {{ label_lineage.json_quote_by_hand(text) }}
{%- endmacro %}


{% macro trino__has_control_characters(text) -%}
    regexp_like({{ text }}, '[\x01-\x1f]')
{%- endmacro %}


{% macro athena__has_control_characters(text) -%}
    {{ label_lineage.trino__has_control_characters(text) }}
{%- endmacro %}


{% macro athena__json_quote(text) %}
    {{- label_lineage.trino__json_quote(text) -}}
{% endmacro %}
