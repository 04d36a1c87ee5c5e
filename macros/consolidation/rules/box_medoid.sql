{#- The box that is nearest to all, by intersection over union of their areas. -#}
{% macro rule_box_medoid(votes, leaves, policies) %}
    with numbered as (
        {{ label_lineage.numbered_leaves(leaves, 'medoid', 'box') }}
    ),

    boxes as (
        {{ label_lineage.box_corners('numbered') }}
    ),

    pairs as (
        select
            one.feature_number,
            one.leaf_number,
            other.leaf_number as other_number,
            one.weight,
            other.weight as other_weight,
            cast({{ label_lineage.overlap_millionths(label_lineage.shared_area('one.', 'other.'), label_lineage.area_of_both('one.', 'other.')) }} as {{ dbt.type_bigint() }}) as similarity
        from boxes as one
        inner join boxes as other on one.feature_number = other.feature_number
    )

    select * from (
        {{ label_lineage.nearest_leaf('numbered', 'pairs') }}
    ) as nearest
{% endmacro %}
