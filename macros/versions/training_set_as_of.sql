{#-
  A dataset as it stood at any instant (UTC), frozen or not, under its policy of today, with the columns
  of training_set. For analyses and queries of your own: it looks at every feature, so where a frozen
  version will do, read that.
    select * from ({{ label_lineage.training_set_as_of('buildings', '2024-05-05') }}) as may
-#}
{% macro training_set_as_of(dataset, instant) %}
    {%- if not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?)?', instant | string) -%}
        {{ label_lineage.refuse("training_set_as_of got the instant " ~ instant | string | tojson ~ "; write it as 2024-05-05 or 2024-05-05 12:00:00, UTC") }}
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
