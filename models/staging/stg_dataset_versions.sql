{%- set declared = label_lineage.settings().dataset_versions -%}
{{ config(pre_hook="{{ label_lineage.check_version_columns() }}") }}

{% if declared is none -%}
-- Versions are made by cadence; nothing is declared.
select
    cast(null as {{ dbt.type_string() }}) as dataset,
    cast(null as {{ dbt.type_string() }}) as version,
    cast(null as {{ label_lineage.type_instant() }}) as as_of
from (select 1 as one) as nothing
where 1 = 0
{%- else -%}
{%- set relation = label_lineage.input_relation(declared, 'dataset_versions') -%}
select
    cast(dataset as {{ dbt.type_string() }}) as dataset,
    cast(version as {{ dbt.type_string() }}) as version,
    {{ label_lineage.to_instant('as_of', relation) }} as as_of
from {{ relation }}
{%- endif %}
