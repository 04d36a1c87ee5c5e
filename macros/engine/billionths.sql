{#- The number that a text holds (see `is_number`) as a whole number of billionths, rounded half away from zero. Whole, so that sums are exact. -#}
{% macro billionths(text) %}
    {{- adapter.dispatch('billionths', 'label_lineage')(text) -}}
{% endmacro %}


{% macro default__billionths(text) -%}
    cast(replace(cast(cast(trim({{ text }}) as decimal(38, 9)) as {{ dbt.type_string() }}), '.', '') as decimal(38, 0))
{%- endmacro %}


{#- Tried, for texts of other kinds may be read before the condition that leaves their rows out. -#}
{% macro snowflake__billionths(text) -%}
    cast(replace(cast(try_to_decimal(trim({{ text }}), 38, 9) as {{ dbt.type_string() }}), '.', '') as decimal(38, 0))
{%- endmacro %}


{#- A hugeint, because // does not divide decimals. -#}
{% macro duckdb__billionths(text) -%}
    cast(replace(cast(cast(trim({{ text }}) as decimal(38, 9)) as varchar), '.', '') as hugeint)
{%- endmacro %}


{#- The cast to a decimal of fixed size does not take a number with too many digits in front; `round` takes any. -#}
{% macro postgres__billionths(text) -%}
    trunc(round(cast(trim({{ text }}) as numeric), 9) * 1000000000)
{%- endmacro %}


{% macro bigquery__billionths(text) -%}
    cast({{ label_lineage.bigquery_whole_product(text, '1000000000') }} as bignumeric)
{%- endmacro %}


{#-
  The number in a text times a power of ten, rounded half away from zero, as text. Cut off as text, for a
  numeric of no size rounds nothing. Where the text is of another kind of label it is NULL: casts may be worked
  out before the condition that leaves such rows out.
-#}
{% macro bigquery_whole_product(text, factor) -%}
    regexp_extract(
        cast(
            safe_cast(trim({{ text }}) as bignumeric) * bignumeric '{{ factor }}'
            + case when starts_with(trim({{ text }}), '-') then bignumeric '-0.5' else bignumeric '0.5' end
            as string
        ),
        '^-?[0-9]+'
    )
{%- endmacro %}


{#- Whole billionths as text in the one form a number has: no sign of +, no zeros that say nothing, no exponent. -#}
{% macro number_text(billionths) -%}
    {%- set digits = 'replace(cast(' ~ billionths ~ ' as ' ~ dbt.type_string() ~ "), '-', '')" -%}
    {%- set padded = "'000000000' || " ~ digits -%}
    case when {{ billionths }} < 0 then '-' else '' end
    || regexp_replace(
        substr({{ padded }}, least(length({{ digits }}), 10), greatest(length({{ digits }}), 10) - 9)
        || '.' || substr({{ padded }}, length({{ digits }}) + 1),
        '[.]?0*$',
        ''
    )
{%- endmacro %}


{#- The product of a decimal this wide would lose its last digits, so whole part and fraction go apart. -#}
{% macro spark__billionths(text) -%}
    {%- set number = 'cast(trim(' ~ text ~ ') as decimal(38, 9))' -%}
    (
        cast({{ number }} - {{ number }} % cast(1 as decimal(1, 0)) as decimal(29, 0)) * cast(1000000000 as decimal(10, 0))
        + cast({{ number }} % cast(1 as decimal(1, 0)) * 1000000000 as decimal(10, 0))
    )
{%- endmacro %}
