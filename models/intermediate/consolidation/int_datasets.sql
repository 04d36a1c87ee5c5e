-- The datasets and their policies of today: those of the settings, or each task as a dataset of its own.
{{ config(materialized=label_lineage.in_place('table')) }}
{%- set settings = label_lineage.settings() %}

{% if settings.datasets -%}
{% for dataset in settings.datasets -%}
select
    cast({{ label_lineage.literal(dataset.name) }} as {{ dbt.type_string() }}) as dataset,
    cast({{ label_lineage.literal(dataset.task) }} as {{ dbt.type_string() }}) as task,
    cast({{ label_lineage.literal(label_lineage.policy_json(dataset.policy)) }} as {{ dbt.type_string() }}) as policy
{%- if not loop.last %}
union all
{% endif %}
{%- endfor %}
{%- else -%}
select distinct
    task as dataset,
    task,
    cast({{ label_lineage.literal(label_lineage.policy_json(settings.default_policy)) }} as {{ dbt.type_string() }}) as policy
from {{ ref('int_ledger') }}
{%- endif %}
