{#- How often each of the texts of a group, or how many votes: a JSON object in the order of the texts, `{}` of none. -#}
{% macro json_counts(text, count) -%}
    '{' || coalesce({{ label_lineage.text_agg(label_lineage.json_count(text, count), ', ', label_lineage.text_order(text)) }}, '') || '}'
{%- endmacro %}


{#- One member of it. -#}
{% macro json_count(text, count) -%}
    {{ label_lineage.json_quote(text) }} || ': ' || cast({{ count }} as {{ dbt.type_string() }})
{%- endmacro %}
