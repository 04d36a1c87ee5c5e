{#-
  Step 2. The labels that count at each version's cutoff: effective, and not superseded yet. (A child
  is effective before its parent only if the parent came late; the parent then never counts.) The
  versions themselves are joined only where a rule or weight in use depends on the policy: joined
  before the features, they would multiply the ledger.
-#}
{% macro leaves(touched, versions, ledger, edges, children, lineage, policies) %}
    {%- set needs_lineage = label_lineage.any_policy(policies, 'weight', ['attention', 'independent_roots']) %}
    {%- set needs_spelling = label_lineage.any_policy(policies, 'kind', label_lineage.kinds_of_many_spellings()) %}
    {%- set has_repeats = label_lineage.any_policy(policies | selectattr('repeats', 'defined') | list, 'repeats', ['last']) %}
    {%- set needs_policy = needs_lineage or needs_spelling or has_repeats or label_lineage.any_policy(policies, 'consolidation', ['all_labels']) %}
    {%- set label = label_lineage.canonical_label('ledger.label', 'versions.kind', policies) if needs_spelling else 'ledger.label' %}
    {%- set is_leaf = '(children.first_child_at is null or children.first_child_at > touched.as_of' ~ (" or versions.consolidation = 'all_labels'" if needs_policy else '') ~ ')' %}
    {%- if has_repeats %}
    select dataset, version_number, feature_id, node_id, label, annotator_id, is_human_consolidation, weight, effective_at
    from (
    {%- endif %}
    select
        touched.dataset,
        touched.version_number,
        touched.feature_id,
        ledger.node_id,
        {{ label }} as label,
        ledger.annotator_id,
        {{ label_lineage.list_size('ledger.parent_ids') }} > 1 and not ledger.is_model as is_human_consolidation,
        {% if needs_lineage -%}
        {{ label_lineage.leaf_weight() }} as weight,
        {% else -%}
        cast(1 as {{ dbt.type_bigint() }}) as weight,
        {% endif -%}
        {% if has_repeats -%}
        {{ label_lineage.place_of_word('versions.repeats', 'touched.dataset, touched.version_number, touched.feature_id', 'ledger', 'children', is_leaf) }} as place,
        {{ is_leaf }} as is_leaf,
        {% endif -%}
        ledger.effective_at
    from {{ touched }} as touched
    inner join {{ ledger }} as ledger
        on touched.task = ledger.task
        and touched.feature_id = ledger.feature_id
        and ledger.effective_at <= touched.as_of
    left join {{ children }} as children
        on ledger.node_id = children.parent_id
        and ledger.feature_id = children.feature_id
        and ledger.task = children.task
    {%- if needs_lineage %}
    left join {{ lineage }} as lineage on ledger.node_id = lineage.node_id
    left join (
        {{ label_lineage.lineage_at_cutoffs(touched, versions, ledger, edges) }}
    ) as lineage_then
        on touched.dataset = lineage_then.dataset
        and touched.version_number = lineage_then.version_number
        and ledger.node_id = lineage_then.node_id
    {%- endif %}
    {%- if needs_policy %}
    inner join {{ versions }} as versions
        on touched.dataset = versions.dataset
        and touched.version_number = versions.version_number
    {%- endif %}
    {%- if has_repeats %}
    where versions.repeats = 'last' or {{ is_leaf }}
    ) as repeated
    where place = 1 and is_leaf
    {%- else %}
    where {{ is_leaf }}
    {%- endif %}
{% endmacro %}


{#-
  Under `repeats` last the place of a label among those that its annotator gave the feature, the newest
  first, be it a leaf or not: those before it do not come back when somebody corrects or merges it. Nobody
  knows whose those without an annotator are. They go by the instant until which a label that came after its
  child could have counted, and of the same instant the leaf is the last word.
-#}
{% macro place_of_word(repeats, feature, nodes, children, is_leaf) -%}
    case
        when {{ repeats }} = 'last' and {{ nodes }}.label is not null and {{ nodes }}.annotator_id is not null then row_number() over (
            partition by {{ feature }}, {{ nodes }}.annotator_id, case when {{ nodes }}.label is null then 1 else 0 end
            order by
                least({{ nodes }}.effective_at, coalesce({{ children }}.first_child_at, {{ nodes }}.effective_at)) desc,
                case when {{ is_leaf }} then 0 else 1 end,
                {{ label_lineage.text_order(nodes ~ '.node_id') }} desc
        )
        else 1
    end
{%- endmacro %}


{#-
  How much a leaf counts, a whole number. `attention`: the people who had a hand in it, at least 1.
  `independent_roots`: who saw the parent gives no second opinion, so of the leaves that descend from the
  same roots and say the same the newest counts, once. Of other kinds than `class` hardly two say the same,
  and each would have a vote: there the newest counts alone, whatever the others say. Who takes a label back
  says nothing, and stands apart.
-#}
{% macro leaf_weight() %}
    case versions.weight_rule
        when 'attention' then greatest(1, coalesce(lineage_then.human_attention, lineage.human_attention, 1))
        when 'independent_roots' then
            case
                when row_number() over (
                    partition by
                        touched.dataset, touched.version_number, touched.feature_id,
                        case when versions.kind = 'class' or ledger.label is null then ledger.label else '' end,
                        {{ label_lineage.list_text('coalesce(lineage_then.root_ids, lineage.root_ids, ' ~ label_lineage.list_of('ledger.node_id') ~ ')') }}
                    order by ledger.effective_at desc, {{ label_lineage.text_order('ledger.node_id') }} desc
                ) = 1 then 1
                else 0
            end
        else 1
    end
{%- endmacro %}
