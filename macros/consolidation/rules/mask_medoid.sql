{#- The mask that is nearest to all, by intersection over union of their pixels. -#}
{% macro rule_mask_medoid(votes, leaves, policies) %}
    with numbered as (
        {{ label_lineage.numbered_leaves(leaves, 'medoid', 'mask') }}
    ),

    masks as (
        {{ label_lineage.masks_of('numbered') }}
    ),

    comparable as (
        select * from masks
        where is_comparable
    ),

    edges as (
        {{ label_lineage.mask_edges('comparable', ['feature_number', 'n_leaves', 'leaf_number']) }}
    ),

    covered as (
        {{ label_lineage.overlaps('edges') }}
    ),

    pairs as (
        {{ label_lineage.similarities('comparable', 'covered') }}
    )

    select * from (
        {{ label_lineage.nearest_leaf('comparable', 'pairs') }}
    ) as nearest
    union all
    {{ label_lineage.incomparable_masks('masks') }}
{% endmacro %}
