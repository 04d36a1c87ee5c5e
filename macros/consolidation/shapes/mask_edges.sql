{#-
  Where the leaves' masks begin and end to cover pixels, as `overlaps` reads them: pixels counted down
  the columns from 0, all on one line. Runs alternate between background and object, starting with
  background; where one ends, the next begins.
-#}
{% macro mask_edges(masks) %}
    select
        feature_number,
        leaf_number,
        weight,
        0 as line,
        case when mod(place, 2) = 1 then 1 else -1 end as step,
        cast(sum(cast(item as {{ dbt.type_bigint() }})) over (
            partition by feature_number, leaf_number
            order by place
            rows between unbounded preceding and current row
        ) as {{ dbt.type_bigint() }}) as position
    from (
        {{ label_lineage.split_rows(masks, 'counts', ',', ['feature_number', 'leaf_number', 'weight']) }}
    ) as runs
{% endmacro %}


{#- Numbered leaves with their masks taken apart. Only masks of one size can be laid over each other. -#}
{% macro masks_of(leaves) %}
    select
        *,
        min(height) over (partition by feature_number) = max(height) over (partition by feature_number)
        and min(width) over (partition by feature_number) = max(width) over (partition by feature_number) as is_comparable
    from (
        select
            *,
            {{ label_lineage.mask_side('label', 1) }} as height,
            {{ label_lineage.mask_side('label', 2) }} as width,
            {{ label_lineage.mask_counts('label') }} as counts
        from {{ leaves }}
    ) as masks
{% endmacro %}


{#- The features whose masks differ in size, as a rule's result: a person has to say which frame is right. -#}
{% macro incomparable_masks(masks) %}
    select
        dataset,
        version_number,
        feature_id,
        max(label) as label,
        max(weight) as n_votes,
        cast(null as {{ dbt.type_bigint() }}) as n_runner_up,
        sum(weight) as total_votes,
        true as is_tied,
        cast(null as {{ dbt.type_string() }}) as label_distribution
    from {{ masks }}
    where not is_comparable
    group by dataset, version_number, feature_id
{% endmacro %}
