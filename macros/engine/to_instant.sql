{#- A column of an input, text or time stamp, as a UTC timestamp, NULL where it cannot be read. -#}
{% macro to_instant(column, relation) %}
    {{- adapter.dispatch('to_instant', 'label_lineage')(column, relation) -}}
{% endmacro %}


{% macro default__to_instant(column, relation) %}
    cast({{ column }} as {{ label_lineage.type_instant() }})
{% endmacro %}


{% macro duckdb__to_instant(column, relation) %}
    {{ label_lineage.duckdb_instant(column) }}
{% endmacro %}


{% macro postgres__to_instant(column, relation) %}
    {{ label_lineage.postgres_instant(column) }}
{% endmacro %}


{#- A time stamp's text without blanks around it and with its offset, if it has one, as +hh: `10:00 UTC` is `10:00+00`. -#}
{% macro plain_offset(text) -%}
    regexp_replace(regexp_replace({{ label_lineage.trim_blanks(text) }}, ' *(Z|UTC|GMT)$', '+00'), ' +([+-][0-9:]+)$', {{ label_lineage.literal('\\1') }})
{%- endmacro %}


{#-
  Text that reads as a time stamp, the same on every engine: 2024-03-05, optionally with 10:30, seconds,
  fractions and an offset (Z or +05:30). Engines read more than this, and not alike. A name of a zone,
  for one, is dropped without a word by some. Spaces around it are cut off before.
-#}
{% macro instant_pattern() -%}
    {%- set year = '([0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)' -%}
    {%- set month, day = '(0?[1-9]|1[0-2])', '(0?[1-9]|[12][0-9]|3[01])' -%}
    {%- set time = '([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]*)?)?' -%}
    {{- year }}(-{{ month }}-{{ day }}|/{{ month }}/{{ day }})([ T]{{ time }}(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?
{%- endmacro %}


{% macro spark__to_instant(column, relation) %}
    {{ label_lineage.spark_instant(column) }}
{% endmacro %}


{% macro trino__to_instant(column, relation) %}
    {{ label_lineage.trino_instant(column) }}
{% endmacro %}


{% macro athena__to_instant(column, relation) %}
    {{- label_lineage.trino__to_instant(column, relation) -}}
{% endmacro %}


{% macro snowflake__to_instant(column, relation) %}
    {{ label_lineage.instant_of(column, label_lineage.known_types(relation).get(column, '')) }}
{% endmacro %}


{% macro bigquery__to_instant(column, relation) %}
    {{ label_lineage.instant_of(column, label_lineage.known_types(relation).get(column, '')) }}
{% endmacro %}
