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


{#- Only arrays and structs become JSON here, so the text goes in as an array and comes out without its brackets. -#}
{% macro spark__json_quote(text) -%}
    case when {{ text }} is not null then substr(to_json(array({{ text }})), 2, length(to_json(array({{ text }}))) - 2) end
{%- endmacro %}
