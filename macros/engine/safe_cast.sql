{#-
  dbt's own cast of the values of a unit test, which write a list as ['a', 'b']. Postgres would read
  that text as something else, and its catalogue calls the type of every list ARRAY; Trino reads no text as a list.
-#}
{% macro postgres__safe_cast(field, type) %}
    {%- if type | upper == 'ARRAY' or type.endswith('[]') -%}
        {%- set given = field | string -%}
        {%- if given.startswith("'[") -%}
            {%- set given = 'array' ~ given[1:-1] | replace("''", "'") -%}
        {%- endif -%}
    cast({{ given }} as text[])
    {%- else -%}
    cast({{ field }} as {{ type }})
    {%- endif -%}
{% endmacro %}


{% macro trino__safe_cast(field, type) -%}
    {%- set given = field | string -%}
    {%- if type.lower().startswith('array') and given.startswith("'[") -%}
    cast(array{{ given[1:-1] | replace("''", "'") }} as array(varchar))
    {%- else -%}
    try_cast({{ field }} as {{ type }})
    {%- endif -%}
{%- endmacro %}


{% macro athena__safe_cast(field, type) %}
    {{- label_lineage.trino__safe_cast(field, type) -}}
{% endmacro %}


{#- Spark casts no text to a list at all. -#}
{% macro spark__safe_cast(field, type) %}
    {%- set given = field | string -%}
    {%- if type | lower == 'array<string>' and given.startswith("'[") -%}
        {%- set given = 'array(' ~ given[2:-2].replace("''", "'").replace("\\'", "'") ~ ')' -%}
    {%- endif -%}
    cast({{ given }} as {{ type }})
{% endmacro %}
