-- Rows that were refused, each once for each reason. They are looked at again in every run, so a row
-- refused for a setting is admitted when the setting is mended.
{{ config(materialized='insert_only', pre_hook="{{ label_lineage.keep_log() }}", full_refresh=false, transient=false, contract={'enforced': true}) }}
{{- label_lineage.insert_only_log() }}

with arrivals as (
    select * from {{ ref('int_arrivals') }}
),

conflicts as (
    select node_id, content_hash from {{ ref('int_repeated_nodes') }}
    where not is_node
),

refused_nodes as (
    select * from {{ ref('int_refused_nodes') }}
),

verdicts as (
    select
        arrivals.*,
        -- A row that is good in itself but is not its node's content collided with it.
        coalesce(
            arrivals.reason,
            case when conflicts.node_id is not null then 'conflict' end,
            refused_nodes.reason
        ) as verdict
    from arrivals
    left join conflicts
        on arrivals.node_id = conflicts.node_id
        and arrivals.content_hash = conflicts.content_hash
    left join refused_nodes on arrivals.node_id = refused_nodes.node_id
),

refused as (
    select
        *,
        {{ label_lineage.hash_columns(['content_hash', 'parent_id', 'verdict']) }} as rejection_id
    from verdicts
    where verdict is not null
),

logged as (
    select rejection_id from {{ label_lineage.log_before('int_rejections') }} as rejections
)

select distinct
    refused.rejection_id,
    refused.node_id,
    refused.parent_id,
    refused.feature_id,
    refused.task,
    refused.label,
    refused.content_hash,
    refused.verdict as reason,
    {{ label_lineage.now() }} as first_seen_at
from refused
left join logged on refused.rejection_id = logged.rejection_id
where logged.rejection_id is null
