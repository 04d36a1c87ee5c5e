{#- The text of a group that has the largest number. Of several with the same number any one, so ask where only one can have it. -#}
{% macro text_of_most(text, number) %}
    {{- adapter.dispatch('text_of_most', 'label_lineage')(text, number) -}}
{% endmacro %}


{% macro default__text_of_most(text, number) -%}
    max_by({{ text }}, {{ number }})
{%- endmacro %}


{% macro postgres__text_of_most(text, number) -%}
    (array_agg({{ text }} order by {{ number }} desc nulls last))[1]
{%- endmacro %}


{#- Its emulator has no max_by. -#}
{% macro bigquery__text_of_most(text, number) -%}
    array_agg({{ text }} ignore nulls order by {{ number }} desc limit 1)[safe_offset(0)]
{%- endmacro %}
