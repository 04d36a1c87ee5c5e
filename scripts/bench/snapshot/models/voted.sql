-- One row per feature: the label that most leaves say, as sql_vote of peers.py takes it.
{{ config(materialized='view') }}
{%- set rows = "read_parquet(['" ~ var('files') | join("', '") ~ "'])" %}

with leaves as (
    select * from {{ rows }}
    where node_id not in (select parent_id from {{ rows }} where parent_id is not null)
        and label is not null
),

votes as (
    select feature_id, label, count(*) as n_votes from leaves
    group by feature_id, label
)

select feature_id, arg_max(label, (n_votes, label)) as label from votes
group by feature_id
