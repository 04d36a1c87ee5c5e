{#-
  Where the leaves' masks begin and end to cover pixels, as `overlaps` reads them: pixels counted down
  the columns from 0, all on one line. Runs alternate between background and object, starting with
  background; where one ends, the next begins. Each mask that begins also ends, so its steps add up to 0.
  `columns` of the masks come along, feature_number and leaf_number among them.
-#}
{% macro mask_edges(masks, columns) %}
    {#- The whole mask taken off again as a last run brings the running sum back to 0, where the next mask starts. -#}
    {%- set counts = "counts || ',-' || cast(n_pixels as " ~ dbt.type_string() ~ ")" -%}
    {%- set carried = columns + ['n_pixels'] %}
    select {{ columns | join(', ') }}, 0 as line, position, step
    from (
        select
            *,
            case when mod(place, 2) = 1 then 1 else -1 end as step,
            cast(sum(run) over (
                {{ label_lineage.sweep_order(['feature_number', 'leaf_number'], 'place') }}
                rows between unbounded preceding and current row
            ) as {{ dbt.type_bigint() }}) as position
        from (
            select {{ carried | join(', ') }}, place, cast(item as {{ dbt.type_bigint() }}) as run
            from (
                {{ label_lineage.split_rows(masks, counts, ',', carried) }}
            ) as texts
        ) as runs
    ) as ends
    where run >= 0
        -- A mask may end in runs of 0: what does not begin within it does not end either.
        and (position < n_pixels or (step = -1 and run > 0))
{% endmacro %}


{#- Numbered leaves with their masks taken apart. Only masks of one size can be laid over each other. -#}
{% macro masks_of(leaves) %}
    select
        *,
        height * width as n_pixels,
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


{#- The features whose masks differ in size, as a rule's result: a person has to say which frame is right. There is nothing to count, so n_votes and confidence are NULL, by which the queue knows them; the distribution is of the sizes. -#}
{% macro incomparable_masks(masks) %}
    {%- set size = 'cast(height as ' ~ dbt.type_string() ~ ") || ' x ' || cast(width as " ~ dbt.type_string() ~ ')' %}
    select
        dataset,
        version_number,
        feature_id,
        max(label) as label,
        cast(null as {{ dbt.type_bigint() }}) as n_votes,
        cast(null as {{ dbt.type_bigint() }}) as n_runner_up,
        sum(size_votes) as total_votes,
        true as is_tied,
        {{ label_lineage.json_counts('size', 'size_votes') }} as label_distribution
    from (
        select dataset, version_number, feature_id, {{ size }} as size, max(label) as label, sum(weight) as size_votes
        from {{ masks }}
        where not is_comparable
        group by dataset, version_number, feature_id, {{ size }}
    ) as sizes
    group by dataset, version_number, feature_id
{% endmacro %}
