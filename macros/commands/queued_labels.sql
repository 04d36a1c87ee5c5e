{#-
  One row per queued feature and label in question, for scripts/export_queue.py: the leaves, and of an edit
  war what the last word replaced. Lists are JSON, since adapters hand them over in different ways.
-#}
{% macro queued_labels(dataset, most) %}
{%- if execute -%}{%- do label_lineage.find_version(dataset, 'latest') -%}{%- endif -%}
-- depends_on: {{ ref('int_training_rows') }}
with queue as (
    select * from {{ ref('review_queue') }}
    where dataset = {{ label_lineage.literal(dataset) }}
        and priority <= {{ most | int }}
),

policies as (
    select dataset, task, kind from {{ ref('int_versions_due') }}
    where is_latest
),

nodes as (
    select * from {{ ref('label_nodes') }}
),

leaves as (
    {{ label_lineage.unnest_list('queue', 'leaf_node_ids', ['feature_id', 'is_edit_war']) }}
),

last_words as (
    select leaves.feature_id, nodes.parent_ids
    from leaves
    inner join nodes on leaves.item = nodes.node_id
    where leaves.is_edit_war
),

replaced as (
    {{ label_lineage.unnest_list('last_words', 'parent_ids', ['feature_id']) }}
),

shown as (
    select feature_id, item from leaves
    union distinct
    select feature_id, item from replaced
)

select
    queue.feature_id,
    policies.task,
    policies.kind,
    queue.reason,
    queue.priority,
    {{ label_lineage.list_json('queue.leaf_node_ids') }} as leaf_node_ids,
    queue.candidates,
    queue.has_label,
    nodes.node_id,
    nodes.label,
    nodes.annotator_id,
    nodes.attributes
from queue
inner join policies on queue.dataset = policies.dataset
inner join shown on queue.feature_id = shown.feature_id
left join nodes on shown.item = nodes.node_id and nodes.label is not null
{% endmacro %}
