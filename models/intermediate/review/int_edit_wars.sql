-- A to B to A: the last word restores what another person's had replaced or taken back, and is by one of these
-- two. The word of a third ends it, a label said once more hides it, and who changes their own
-- mind is at war with nobody.
{{ config(materialized=label_lineage.in_place('view')) }}

select distinct
    last_words.node_id,
    last_words.task,
    last_words.feature_id
from {{ ref('int_ledger') }} as last_words
inner join {{ ref('int_ledger_edges') }} as last_edges on last_words.node_id = last_edges.child_id
inner join {{ ref('int_ledger') }} as replies
    on last_edges.parent_id = replies.node_id
    and last_edges.feature_id = replies.feature_id
    and last_edges.task = replies.task
inner join {{ ref('int_ledger_edges') }} as first_edges on replies.node_id = first_edges.child_id
inner join {{ ref('int_ledger') }} as first_words
    on first_edges.parent_id = first_words.node_id
    and first_edges.feature_id = first_words.feature_id
    and first_edges.task = first_words.task
left join {{ ref('int_children') }} as children
    on last_words.node_id = children.parent_id
    and last_words.feature_id = children.feature_id
    and last_words.task = children.task
where children.parent_id is null
    and {{ label_lineage.comparable_label('last_words.label', 'last_words.task') }} = {{ label_lineage.comparable_label('first_words.label', 'first_words.task') }}
    and (
        replies.label is null
        or {{ label_lineage.comparable_label('last_words.label', 'last_words.task') }} <> {{ label_lineage.comparable_label('replies.label', 'replies.task') }}
    )
    and first_words.annotator_id <> replies.annotator_id
    and last_words.annotator_id in (first_words.annotator_id, replies.annotator_id)
