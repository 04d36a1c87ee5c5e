{#-
  How much any two leaves of a feature cover together: feature_number, leaf_number, other_number,
  covered; a leaf with itself gives its own size, pairs without overlap give no row.

  `edges` has feature_number, leaf_number, line, position and step: on each line, a leaf begins (step 1)
  or ends (-1) to cover what follows a position; what begins on a line ends there. Each of 30 leaves has a bit; the running sum of the bits
  says who covers the stretch up to the next edge. So the sweep costs as much as there are edges, not as
  there are pairs, and only the few different sets of leaves are compared pair by pair. Beyond 30 leaves
  the sweep is done for each two blocks of 30, for 60 bits fit a whole number.
-#}
{% macro overlaps(edges) %}
    {%- set sweep = label_lineage.sweep_order(['feature_number', 'low_block', 'high_block', 'line'], 'position') %}
    with members as (
        select distinct
            feature_number,
            leaf_number,
            cast((leaf_number - mod(leaf_number, 30)) / 30 as {{ dbt.type_bigint() }}) as block,
            cast(case mod(leaf_number, 30) {% for bit in range(30) %} when {{ bit }} then {{ 2 ** bit }}{% endfor %} end as {{ dbt.type_bigint() }}) as bit
        from {{ edges }}
    ),

    blocks as (
        select distinct feature_number, block from members
    ),

    sweeps as (
        select low.feature_number, low.block as low_block, high.block as high_block
        from blocks as low
        inner join blocks as high on low.feature_number = high.feature_number and low.block <= high.block
    ),

    sides as (
        select
            sweeps.feature_number,
            sweeps.low_block,
            sweeps.high_block,
            members.leaf_number,
            case when members.block = sweeps.low_block then members.bit else members.bit * {{ 2 ** 30 }} end as bit
        from sweeps
        inner join members
            on sweeps.feature_number = members.feature_number
            and (sweeps.low_block = members.block or sweeps.high_block = members.block)
    ),

    steps as (
        select
            edges.feature_number,
            sides.low_block,
            sides.high_block,
            edges.line,
            edges.position,
            cast(sum(edges.step * sides.bit) as {{ dbt.type_bigint() }}) as step
        from {{ edges }} as edges
        inner join sides on edges.feature_number = sides.feature_number and edges.leaf_number = sides.leaf_number
        group by edges.feature_number, sides.low_block, sides.high_block, edges.line, edges.position
    ),

    stretches as (
        select
            feature_number,
            low_block,
            high_block,
            lead(position) over ({{ sweep }}) - position as length,
            cast(sum(step) over (
                {{ sweep }}
                rows between unbounded preceding and current row
            ) as {{ dbt.type_bigint() }}) as bits
        from steps
    ),

    sets as (
        select feature_number, low_block, high_block, bits, sum(length) as length
        from stretches
        where bits > 0 and length > 0
        group by feature_number, low_block, high_block, bits
    ),

    covers as (
        select sets.feature_number, sets.low_block, sets.high_block, sets.bits, sets.length, sides.leaf_number, sides.bit
        from sets
        inner join sides
            on sets.feature_number = sides.feature_number
            and sets.low_block = sides.low_block
            and sets.high_block = sides.high_block
            and mod(sets.bits, 2 * sides.bit) >= sides.bit
    )

    -- Within one block a pair meets once; of two blocks, only pairs across them are new.
    select
        one.feature_number,
        one.leaf_number,
        other.leaf_number as other_number,
        sum(one.length) as covered
    from covers as one
    inner join covers as other
        on one.feature_number = other.feature_number
        and one.low_block = other.low_block
        and one.high_block = other.high_block
        and one.bits = other.bits
    where one.low_block = one.high_block
        or (one.bit < {{ 2 ** 30 }}) <> (other.bit < {{ 2 ** 30 }})
    group by one.feature_number, one.leaf_number, other.leaf_number
{% endmacro %}


{#-
  From the overlaps of any two leaves of a feature to their similarity: intersection over union in
  millionths, rounded half up. Leaves that both cover nothing are the same.
-#}
{% macro similarities(leaves, overlaps) %}
    select
        one.feature_number,
        one.leaf_number,
        other.leaf_number as other_number,
        cast(case
            when own.covered is null and theirs.covered is null then 1000000
            else {{ label_lineage.overlap_millionths('coalesce(overlap.covered, 0)', 'coalesce(own.covered, 0) + coalesce(theirs.covered, 0) - coalesce(overlap.covered, 0)') }}
        end as {{ dbt.type_bigint() }}) as similarity
    from {{ leaves }} as one
    inner join {{ leaves }} as other on one.feature_number = other.feature_number
    left join {{ overlaps }} as own
        on one.feature_number = own.feature_number
        and one.leaf_number = own.leaf_number
        and one.leaf_number = own.other_number
    left join {{ overlaps }} as theirs
        on other.feature_number = theirs.feature_number
        and other.leaf_number = theirs.leaf_number
        and other.leaf_number = theirs.other_number
    left join {{ overlaps }} as overlap
        on one.feature_number = overlap.feature_number
        and one.leaf_number = overlap.leaf_number
        and other.leaf_number = overlap.other_number
{% endmacro %}


{#- intersection / union in whole millionths, rounded half up. -#}
{% macro overlap_millionths(intersection, union) -%}
    {{- label_lineage.whole_quotient(
        label_lineage.wide('2000000') ~ ' * (' ~ intersection ~ ') + ' ~ union,
        label_lineage.wide('2') ~ ' * (' ~ union ~ ')'
    ) -}}
{%- endmacro %}
