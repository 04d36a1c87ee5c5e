{#- How often each of the texts of a group, or how many votes: a JSON object in the order of the texts, `{}` of none. With their `place` in that order, where it is known, in less time. -#}
{% macro json_counts(text, count, place=none) -%}
    {%- set pair = label_lineage.json_quote(text) ~ " || ': ' || cast(" ~ count ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    '{' || coalesce({{ label_lineage.text_agg_by_place(pair, ', ', place) if place else label_lineage.text_agg(pair, ', ', label_lineage.text_order(text)) }}, '') || '}'
{%- endmacro %}
