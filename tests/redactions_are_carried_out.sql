-- What was asked to be erased is gone from every table that is kept from run to run, what stayed of it is as
-- the erasure left it, and no redaction is declared that nobody can carry out. Asked when all tables are built:
-- one such declaration would else keep the run from everything after the redactions.
-- depends_on: {{ ref('training_set') }}, {{ ref('review_queue') }}
select
    'stg_redactions' as table_name,
    feature_id,
    annotator_id,
    problem
from {{ ref('stg_redactions') }}
where problem is not null
union all
{{ label_lineage.erasure_problems() }}
