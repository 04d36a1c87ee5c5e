-- The nodes that arrived. A view: most are an arrival as it is, and need not be written a second time.
{{ config(materialized='view') }}
{%- set columns = ['node_id', 'content_hash'] + label_lineage.content_columns() %}

with repeated as (
    select * from {{ ref('int_repeated_nodes') }}
),

single as (
    select
        arrivals.{{ columns | join(',\n        arrivals.') }},
        case
            when arrivals.parent_id is null then {{ label_lineage.empty_list() }}
            else {{ label_lineage.list_of('arrivals.parent_id') }}
        end as parent_ids
    from {{ ref('int_arrivals') }} as arrivals
    left join repeated on arrivals.node_id = repeated.node_id
    where arrivals.reason is null
        and repeated.node_id is null
)

select * from single
union all
select {{ columns | join(', ') }}, parent_ids from repeated
where is_node
