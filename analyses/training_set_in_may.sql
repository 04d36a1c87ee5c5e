-- How the demo's buildings stood on 5 May 2024, between two frozen versions.
--   dbt compile --select training_set_in_may, or dbt show --select training_set_in_may
{{ config(enabled=label_lineage.is_demo()) }}
select *
from (
    {{ label_lineage.training_set_as_of('buildings', '2024-05-05') }}
) as may
order by feature_id
