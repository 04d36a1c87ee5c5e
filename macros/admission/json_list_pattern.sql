{#- The four digits of an escape \u that every engine reads alike: no NUL, and no half of a surrogate pair. -#}
{% macro json_escape_pattern() -%}
    {%- set hex = '[0-9a-fA-F]' -%}
    {%- set not_nul = '[1-9a-cA-CefEF]' ~ hex ~ '{3}|0[1-9a-fA-F]' ~ hex ~ '{2}|00[1-9a-fA-F]' ~ hex ~ '|000[1-9a-fA-F]|[dD][0-7]' ~ hex ~ '{2}' -%}
    {%- set pair = '[dD][89abAB]' ~ hex ~ '{2}\\\\u[dD][c-fC-F]' ~ hex ~ '{2}' -%}
    {%- do return(not_nul ~ '|' ~ pair) -%}
{%- endmacro %}


{#-
  The text of a JSON array of strings and, for ids, whole numbers and null. Engines read more, and not
  alike: a comma too many, fractions, half of a surrogate pair. None can store the NUL that a \u0000
  stands for.
-#}
{% macro json_list_pattern(of_ids=true) -%}
    {%- set plain = '[^"\\\\\\x01-\\x1f]*' -%}
    {%- set text = '"' ~ plain ~ '(\\\\(["\\\\/bfnrt]|u(' ~ label_lineage.json_escape_pattern() ~ '))' ~ plain ~ ')*"' -%}
    {%- set item = '(' ~ text ~ '|-?(0|[1-9][0-9]{0,17})|null)' if of_ids else text -%}
    {%- set space = '[ \\t\\n\\r]*' -%}
    {{- space }}\[{{ space }}({{ item }}({{ space }},{{ space }}{{ item }})*)?{{ space }}\]{{ space }}
{%- endmacro %}
