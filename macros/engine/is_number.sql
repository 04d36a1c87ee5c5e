{#- Whether a text is a number that fits decimal(38, 9). -#}
{% macro is_number(text) %}
    {{- adapter.dispatch('is_number', 'label_lineage')(text) -}}
{% endmacro %}


{% macro default__is_number(text) %}
{{ label_lineage.unsupported('is_number') }}
{% endmacro %}


{% macro duckdb__is_number(text) %}
    (regexp_full_match(trim({{ text }}), '{{ label_lineage.number_pattern() }}') and try_cast({{ text }} as decimal(38, 9)) is not null)
{% endmacro %}


{#- The cast comes behind the pattern: there is no `try_cast`, and one bad label would stop the run. -#}
{% macro postgres__is_number(text) %}
    case
        when trim({{ text }}) ~ '^({{ label_lineage.number_pattern() }})$' then abs(round(cast({{ text }} as numeric), 9)) < 1e29
        else false
    end
{% endmacro %}


{#- Text that reads as a number, the same on every engine. Some also read 1_000 or infinity. Spaces around it are cut off before. -#}
{% macro number_pattern() -%}
    [+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?
{%- endmacro %}


{% macro snowflake__is_number(text) %}
    ({{ label_lineage.matches(label_lineage.trim_blanks(text), label_lineage.number_pattern()) }} and try_to_decimal(trim({{ text }}), 38, 9) is not null)
{% endmacro %}


{#- What rounds to more digits is too long. False for what is no number at all, where the cast gives NULL. -#}
{% macro bigquery__is_number(text) %}
    {%- set number = 'safe_cast(' ~ label_lineage.trim_blanks(text) ~ ' as bignumeric)' -%}
    {%- set limit = '99999999999999999999999999999.9999999995' %}
    coalesce(
        {{ label_lineage.matches(label_lineage.trim_blanks(text), label_lineage.number_pattern()) }}
        and {{ number }} > bignumeric '-{{ limit }}'
        and {{ number }} < bignumeric '{{ limit }}',
        false
    )
{% endmacro %}


{% macro spark__is_number(text) %}
    (trim({{ text }}) rlike r'^({{ label_lineage.number_pattern() }})\z' and try_cast(trim({{ text }}) as decimal(38, 9)) is not null)
{% endmacro %}


{#- `trim` alone would also cut tabs and line ends off, and `$` would let one line end pass. -#}
{% macro trino__is_number(text) %}
    coalesce(
        regexp_like(trim(both ' ' from {{ text }}), '\A(?:{{ label_lineage.number_pattern() }})\z')
        and try_cast(trim(both ' ' from {{ text }}) as decimal(38, 9)) is not null,
        false
    )
{% endmacro %}


{% macro athena__is_number(text) %}
    {{- label_lineage.trino__is_number(text) -}}
{% endmacro %}
