{#-
  How much any two leaves of a feature cover together: feature_number, leaf_number, other_number,
  covered; a leaf with itself gives its own size, pairs without overlap give no row.

  `edges` has feature_number, n_leaves, leaf_number, line, position and step: on each line, a leaf begins
  (step 1) or ends (-1) to cover what follows a position; what begins on a line ends there. Each of 30 leaves has
  a bit; the running sum of the bits says who covers the stretch up to the next edge. So the sweep costs as
  much as there are edges, not as there are pairs, and only the few different sets of leaves are taken apart
  into pairs. Beyond 30 leaves the sweep is done for each two blocks of 30, for 60 bits fit a whole number.

  Every step reads the one before and no other: engines that put a query in the place of its name would
  run those before as often as they are read.
-#}
{% macro overlaps(edges) %}
    {%- set sweep = label_lineage.sweep_order(['feature_number', 'low_block', 'high_block', 'line'], 'position') %}
    {%- set block = 'cast(' ~ label_lineage.whole_quotient('leaf_number', '30') ~ ' as ' ~ dbt.type_bigint() ~ ')' %}
    {%- set last_block = 'cast(' ~ label_lineage.whole_quotient('n_leaves - 1', '30') ~ ' as ' ~ dbt.type_bigint() ~ ')' %}
    {%- set last_bit = 'case when low_block < high_block then 59 else least(n_leaves, 30) - 1 end' %}
    with sides as (
        {{ label_lineage.number_rows(edges, '0', last_block, ['feature_number', 'n_leaves', 'leaf_number', 'line', 'position', 'step']) }}
    ),

    -- An edge is in the sweeps of its block with itself and with each other one, where the lower has the low bits.
    placed as (
        select
            feature_number,
            n_leaves,
            line,
            position,
            step,
            least(block, number) as low_block,
            greatest(block, number) as high_block,
            {{ label_lineage.bit_value('leaf_number - 30 * block + case when number < block then 30 else 0 end') }} as bit
        from (
            select *, {{ block }} as block
            from sides
        ) as blocks
    ),

    steps as (
        select
            feature_number,
            n_leaves,
            low_block,
            high_block,
            line,
            position,
            cast(sum(step * bit) as {{ dbt.type_bigint() }}) as step
        from placed
        group by feature_number, n_leaves, low_block, high_block, line, position
    ),

    stretches as (
        select
            feature_number,
            n_leaves,
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
        select feature_number, n_leaves, low_block, high_block, bits, sum(length) as length
        from stretches
        where bits > 0 and length > 0
        group by feature_number, n_leaves, low_block, high_block, bits
    ),

    ones as (
        select feature_number, n_leaves, low_block, high_block, bits, length, number as one_bit
        from (
            {{ label_lineage.number_rows('sets', '0', last_bit, ['feature_number', 'n_leaves', 'low_block', 'high_block', 'bits', 'length']) }}
        ) as candidates
        where {{ label_lineage.has_bit('bits', 'number') }}
    ),

    -- Within one block a pair meets once; of two blocks, only pairs across them are new.
    others as (
        select
            feature_number,
            length,
            {{ label_lineage.leaf_of_bit('one_bit') }} as leaf_number,
            {{ label_lineage.leaf_of_bit('number') }} as other_number
        from (
            {{ label_lineage.number_rows('ones', '0', last_bit, ['feature_number', 'low_block', 'high_block', 'bits', 'length', 'one_bit']) }}
        ) as candidates
        where {{ label_lineage.has_bit('bits', 'number') }}
            and (low_block = high_block or (one_bit < 30) <> (number < 30))
    )

    select
        feature_number,
        leaf_number,
        other_number,
        sum(length) as covered
    from others
    group by feature_number, leaf_number, other_number
{% endmacro %}


{#- 2 to the power of a number from 0 to 59, a whole number; powers are floats elsewhere. -#}
{% macro bit_value(number) -%}
    cast(case {{ number }} {% for bit in range(60) %} when {{ bit }} then {{ 2 ** bit }}{% endfor %} end as {{ dbt.type_bigint() }})
{%- endmacro %}


{% macro has_bit(bits, number) -%}
    mod({{ bits }}, 2 * {{ label_lineage.bit_value(number) }}) >= {{ label_lineage.bit_value(number) }}
{%- endmacro %}


{#- The leaf that has a bit: in a sweep of two blocks the bits from 30 on are those of the higher. -#}
{% macro leaf_of_bit(bit) -%}
    case when {{ bit }} < 30 then 30 * low_block + {{ bit }} else 30 * high_block + {{ bit }} - 30 end
{%- endmacro %}


{#-
  From the overlaps of any two leaves of a feature to their similarity: intersection over union in
  millionths, rounded half up. Leaves that both cover nothing are the same or, where a measure can miss what is
  small (`misses_small`), only if their labels are.
-#}
{% macro similarities(leaves, overlaps, misses_small=false) %}
    select
        feature_number,
        leaf_number,
        other_number,
        weight,
        other_weight,
        cast(case
            when size + other_size = 0 then {{ 'case when is_same then 1000000 else 0 end' if misses_small else '1000000' }}
            else {{ label_lineage.overlap_millionths('covered', 'size + other_size - covered') }}
        end as {{ dbt.type_bigint() }}) as similarity
    from (
        select
            *,
            max(case when leaf_number = other_number then covered end) over (partition by feature_number, leaf_number) as size,
            max(case when leaf_number = other_number then covered end) over (partition by feature_number, other_number) as other_size
        from (
            select
                one.feature_number,
                one.leaf_number,
                other.leaf_number as other_number,
                one.weight,
                other.weight as other_weight,
                {{ 'one.label = other.label as is_same,' if misses_small }}
                coalesce(overlap.covered, 0) as covered
            from {{ leaves }} as one
            inner join {{ leaves }} as other on one.feature_number = other.feature_number
            left join {{ overlaps }} as overlap
                on one.feature_number = overlap.feature_number
                and one.leaf_number = overlap.leaf_number
                and other.leaf_number = overlap.other_number
        ) as pairs
    ) as sized
{% endmacro %}


{#- intersection / union in whole millionths, rounded half up. -#}
{% macro overlap_millionths(intersection, union) -%}
    {{- label_lineage.whole_quotient(
        label_lineage.wide('2000000') ~ ' * (' ~ intersection ~ ') + ' ~ union,
        label_lineage.wide('2') ~ ' * (' ~ union ~ ')'
    ) -}}
{%- endmacro %}
