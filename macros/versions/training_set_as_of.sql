{#-
  A dataset as it stood at any instant (UTC), frozen or not, under its policy of today, with the columns
  of training_set. For analyses and queries of your own: it looks at every feature, so where a frozen
  version will do, read that.
    select * from ({{ label_lineage.training_set_as_of('buildings', '2024-05-05') }}) as may
-#}
{% macro training_set_as_of(dataset, instant) %}
    {%- if not label_lineage.is_instant(instant | string) -%}
        {{ label_lineage.refuse("training_set_as_of got the instant " ~ instant | string | tojson ~ "; write it as 2024-05-05 or 2024-05-05 12:00:00, UTC") }}
    {%- endif -%}
    {%- set declared = label_lineage.settings().datasets | map(attribute='name') | list -%}
    {%- if execute and declared and dataset not in declared -%}
        {{ label_lineage.refuse("training_set_as_of got the dataset " ~ dataset | string | tojson ~ "; use one of " ~ declared | join(', ')) }}
    {%- endif -%}
    with versions as (
        select
            dataset,
            task,
            policy,
            {{ label_lineage.policy_columns('policy') }},
            1 as version_number,
            false as is_policy_new,
            cast({{ label_lineage.literal(instant) }} as {{ label_lineage.type_instant() }}) as as_of,
            cast('0001-01-01' as {{ label_lineage.type_instant() }}) as previous_as_of
        from {{ ref('int_datasets') }}
        where dataset = {{ label_lineage.literal(dataset) }}
    ),

    {{ label_lineage.replay('versions', label_lineage.policies_in_use()) }}

    select
        dataset,
        {{ label_lineage.literal(instant) }} as version,
        feature_id,
        {{ label_lineage.payload_columns() | join(',\n        ') }}
    from replayed
    where label is not null
{% endmacro %}


{#- Whether a text is an instant that the calendar has, of the years 1 to 9999. -#}
{% macro is_instant(text) %}
    {%- set hour, sixtieth = '([01][0-9]|2[0-3])', '[0-5][0-9]' -%}
    {%- set time = '([ T]' ~ hour ~ ':' ~ sixtieth ~ '(:' ~ sixtieth ~ '(\\.[0-9]{1,6})?)?)?' -%}
    {%- if not modules.re.fullmatch('[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' ~ time, text) or text[:4] == '0000' -%}
        {%- do return(false) -%}
    {%- endif -%}
    {%- set year, month, day = text[:4] | int, text[5:7] | int, text[8:10] | int -%}
    {%- set is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) -%}
    {%- do return(day <= [31, 29 if is_leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]) -%}
{% endmacro %}
