{{ config(pre_hook="{{ label_lineage.check_redaction_columns() }}") }}
{%- set text = dbt.type_string() %}

with asked as (
    {%- for input in label_lineage.settings().redactions %}
    {%- set relation = label_lineage.input_relation(input, 'redactions') %}
    select
        nullif(cast(feature_id as {{ text }}), '') as feature_id,
        nullif(cast(annotator_id as {{ text }}), '') as annotator_id,
        nullif(cast(reason as {{ text }}), '') as reason,
        {{ label_lineage.to_instant('redacted_at', relation) }} as redacted_at
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    -- Nothing is to be erased.
    select
        cast(null as {{ text }}) as feature_id,
        cast(null as {{ text }}) as annotator_id,
        cast(null as {{ text }}) as reason,
        cast(null as {{ label_lineage.type_instant() }}) as redacted_at
    from (select 1 as one) as nothing
    where 1 = 0
    {%- endfor %}
)

select
    feature_id,
    annotator_id,
    reason,
    case
        when feature_id is null and annotator_id is null then 'names neither a feature nor an annotator'
        when feature_id is not null and annotator_id is not null then 'names a feature and an annotator; give each a row of its own'
        when {{ label_lineage.is_model('annotator_id') }} then 'names a program of the setting model_annotators, whose labels would from then on count as those of a person'
    end as problem,
    redacted_at
from asked
