{#-
  Objects of the leaves matched by class and overlap, and fused (see fuse_boxes). An object stays if at
  least `min_labels` leaves drew it. Its score is, as in ensemble-boxes (conf_type avg), the mean of its
  boxes' scores times weights, times the number of its boxes or, if fewer, of leaves, over the weight of all leaves.

  The leaves agree on an object that stays as far as they drew it, on one that goes as far as they did not.
-#}
{% macro rule_boxes_fusion(votes, leaves, policies) %}
    with numbered as (
        {{ label_lineage.numbered_leaves(leaves, 'box_fusion', 'boxes') }}
    ),

    features as (
        select
            feature_number,
            dataset,
            version_number,
            feature_id,
            cast({{ label_lineage.json_value('policy', 'min_labels') }} as {{ dbt.type_int() }}) as min_labels,
            count(*) as n_leaves,
            sum(weight) as weight
        from numbered
        group by feature_number, dataset, version_number, feature_id, policy
    ),

    {% set ious = policies | selectattr('consolidation', 'equalto', 'box_fusion') | map(attribute='iou') | unique | sort -%}
    {%- for iou in ious -%}
    leaves_{{ loop.index }} as (
        select * from numbered
        where cast({{ label_lineage.json_value('policy', 'iou') }} as {{ label_lineage.type_decimal(7, 6) }}) = {{ '%.6f' % iou }}
    ),

    boxes_{{ loop.index }} as (
        {{ label_lineage.box_groups('leaves_' ~ loop.index) }}
    ),

    fused_{{ loop.index }} as (
        {{ label_lineage.fuse_boxes('boxes_' ~ loop.index, iou) }}
    ),

    {% endfor -%}

    members as (
        {% for iou in ious -%}
        {% if not loop.first %}union all{% endif %}
        select boxes.*, members.cluster, members.cluster_score, members.x1 as fused_x1, members.y1 as fused_y1, members.x2 as fused_x2, members.y2 as fused_y2
        from (
            select group_number, cluster, cluster_score, x1, y1, x2, y2, cast(item as {{ dbt.type_bigint() }}) as member
            from (
                {{ label_lineage.split_rows(
                    '(select group_number, cluster, members, score as cluster_score, x1, y1, x2, y2 from fused_' ~ loop.index ~ ') as fused',
                    'members', ',', ['group_number', 'cluster', 'cluster_score', 'x1', 'y1', 'x2', 'y2']
                ) }}
            ) as places
        ) as members
        inner join boxes_{{ loop.index }} as boxes
            on members.group_number = boxes.group_number and members.member = boxes.place
        {% endfor %}
    ),

    -- A leaf that drew an object twice drew it once.
    drawn as (
        select
            *,
            row_number() over (partition by feature_number, group_number, cluster, leaf_number order by place) as repetition
        from members
    ),

    objects as (
        select
            feature_number,
            class,
            min(origin_x) as origin_x,
            min(origin_y) as origin_y,
            cast(min(fused_x1) as {{ dbt.type_bigint() }}) as x1,
            cast(min(fused_y1) as {{ dbt.type_bigint() }}) as y1,
            cast(min(fused_x2) as {{ dbt.type_bigint() }}) as x2,
            cast(min(fused_y2) as {{ dbt.type_bigint() }}) as y2,
            min(cluster_score) as score,
            count(*) as n_boxes,
            count(case when repetition = 1 then 1 end) as n_leaves,
            sum(case when repetition = 1 then weight else 0 end) as n_votes
        from drawn
        group by feature_number, group_number, cluster, class
    ),

    judged as (
        select
            objects.*,
            features.weight,
            objects.n_leaves >= features.min_labels as is_kept,
            {{ label_lineage.whole_quotient(
                label_lineage.wide('2') ~ ' * objects.score * least(features.n_leaves, objects.n_boxes) + objects.n_boxes * features.weight',
                '2 * objects.n_boxes * features.weight'
            ) }} as fused_score
        from objects
        inner join features on objects.feature_number = features.feature_number
    ),

    listed as (
        select
            *,
            row_number() over (
                partition by feature_number
                order by fused_score desc, {{ label_lineage.text_order('class') }}, x1, y1, x2, y2
            ) as position
        from judged
    ),

    labels as (
        select
            feature_number,
            sum(case when is_kept then n_votes else weight - n_votes end) as n_votes,
            sum(weight) as total_votes,
            {{ label_lineage.text_agg(
                "case when is_kept then '{\"class\":' || " ~ label_lineage.json_quote('class')
                ~ " || ',\"bbox\":' || " ~ label_lineage.box_text('(x1 + origin_x)', '(y1 + origin_y)', '(x2 - x1)', '(y2 - y1)')
                ~ " || ',\"score\":' || " ~ label_lineage.millionths_text('fused_score') ~ " || '}' end",
                ',',
                'position'
            ) }} as label
        from listed
        group by feature_number
    )

    select
        features.dataset,
        features.version_number,
        features.feature_id,
        '[' || coalesce(labels.label, '') || ']' as label,
        coalesce(labels.n_votes, features.weight) as n_votes,
        coalesce(least(labels.n_votes, labels.total_votes - labels.n_votes), 0) as n_runner_up,
        coalesce(labels.total_votes, features.weight) as total_votes,
        false as is_tied,
        cast(null as {{ dbt.type_string() }}) as label_distribution
    from features
    left join labels on features.feature_number = labels.feature_number
{% endmacro %}
