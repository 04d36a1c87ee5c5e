{#- Whether a text is a number that fits decimal(38, 9). -#}
{% macro is_number(text) %}
    {{- adapter.dispatch('is_number', 'label_lineage')(text) -}}
{% endmacro %}


{% macro default__is_number(text) %}
{{ label_lineage.unsupported('is_number') }}
{% endmacro %}


{% macro duckdb__is_number(text) %}
    (try_cast({{ text }} as decimal(38, 9)) is not null)
{% endmacro %}
