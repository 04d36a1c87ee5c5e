{#-
  One row per queued feature and label in question, for scripts/export_queue.py: the leaves, and of an edit
  war or a merge by one of its authors what they replaced. Lists are JSON, since adapters hand them over in different ways.
-#}
{% macro queued_labels(dataset, most) %}
{%- if execute -%}{%- do label_lineage.find_version(dataset, 'latest') -%}{%- endif -%}
-- depends_on: {{ ref('int_training_rows') }}
with queue as (
    select
        dataset,
        feature_id,
        reason,
        priority,
        candidates,
        has_label,
        is_edit_war,
        is_own_merge,
        leaf_node_ids,
        {{ label_lineage.list_json('leaf_node_ids') }} as leaves
    from {{ ref('review_queue') }}
    where dataset = {{ label_lineage.literal(dataset) }}
        and priority <= {{ most | int }}
),

policies as (
    select dataset, task, kind from {{ ref('int_versions_due') }}
    where is_latest
),

ledger as (
    select * from {{ ref('int_ledger') }}
),

{# The queue is named once: some engines work it out anew for each place that names it, and stop at too many. -#}
leaves as (
    {{ label_lineage.unnest_list('queue', 'leaf_node_ids', ['dataset', 'feature_id', 'reason', 'priority', 'candidates', 'has_label', 'is_edit_war', 'is_own_merge', 'leaves']) }}
),

near as (
    select node_id, node_id as shown_id from ledger
    union all
    select child_id as node_id, parent_id as shown_id from {{ ref('int_ledger_edges') }}
)

select
    leaves.feature_id,
    policies.task,
    policies.kind,
    leaves.reason,
    leaves.priority,
    leaves.leaves as leaf_node_ids,
    leaves.candidates,
    leaves.has_label,
    leaves.is_edit_war,
    leaves.is_own_merge,
    ledger.node_id,
    ledger.label,
    ledger.annotator_id,
    ledger.attributes
from leaves
inner join policies on leaves.dataset = policies.dataset
inner join near
    on leaves.item = near.node_id
    and (leaves.item = near.shown_id or leaves.is_edit_war or leaves.is_own_merge)
-- A parent of another feature or task has no effect, and nothing to say here.
inner join ledger
    on near.shown_id = ledger.node_id
    and policies.task = ledger.task
    and leaves.feature_id = ledger.feature_id
{% endmacro %}
