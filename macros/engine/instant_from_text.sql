{#-
  A text as a UTC timestamp, NULL where it cannot be read, for engines that read time stamps in a way of
  their own: a text of the pattern is taken apart and put together in one form. Digits beyond the sixth
  are cut off.
-#}
{% macro instant_from_text(text) %}
    {%- set plain = label_lineage.plain_offset(text) -%}
    {%- set offset = label_lineage.first_group(plain, ':.*([+-][0-9:]+)$') %}
    case when {{ label_lineage.matches(plain, label_lineage.instant_pattern()) }} then
        {% set parts -%}
            substr({{ plain }}, 1, 4)
            || '-' || lpad({{ label_lineage.first_group(plain, '^[0-9]+[-/]([0-9]+)') }}, 2, '0')
            || '-' || lpad({{ label_lineage.first_group(plain, '^[0-9]+[-/][0-9]+[-/]([0-9]+)') }}, 2, '0')
            || ' ' || lpad(coalesce({{ label_lineage.first_group(plain, '[ T]([0-9]+):') }}, '0'), 2, '0')
            || ':' || coalesce({{ label_lineage.first_group(plain, '[ T][0-9]+:([0-9]+)') }}, '00')
            || ':' || coalesce({{ label_lineage.first_group(plain, ':[0-9]+:([0-9]+)') }}, '00')
            || '.' || rpad(substr(coalesce({{ label_lineage.first_group(plain, '[.]([0-9]+)') }}, '0'), 1, 6), 6, '0')
        {%- endset %}
        {%- set microseconds -%}
            (
                case when {{ offset }} is null then 0 when substr({{ offset }}, 1, 1) = '-' then 60000000 else -60000000 end
                * coalesce(
                    cast(substr({{ offset }}, 2, 2) as {{ dbt.type_bigint() }}) * 60
                    + cast(substr(replace({{ offset }}, ':', '') || '00', 4, 2) as {{ dbt.type_bigint() }}),
                    0
                )
            )
        {%- endset %}
        {{- label_lineage.read_timestamp(parts, microseconds) }}
    end
{%- endmacro %}
