{#-
  Why a label is what it is: the feature's ancestry as a tree, the votes, the rule, and the versions
  that contain it. Read-only.
    dbt run-operation explain --args '{dataset: buildings, feature_id: tile-02, version: v2}'
-#}
{% macro explain(dataset=none, feature_id=none, version='latest') %}
    {%- if not execute -%}{%- do return('') -%}{%- endif -%}
    {%- if dataset is none or feature_id is none -%}
        {{ label_lineage.refuse("explain needs a dataset and a feature_id; write --args '{dataset: buildings, feature_id: tile-02, version: v2}', where version may be left out for latest") }}
    {%- endif -%}
    {#- A name that reads as a number comes as one. -#}
    {%- set dataset, version = dataset | string, version | string -%}
    {%- set moment = label_lineage.find_version(dataset, version) -%}
    {%- set of_feature = "task = " ~ label_lineage.literal(moment.task) ~ " and feature_id = " ~ label_lineage.literal(feature_id) -%}
    {%- set key = 'dataset = ' ~ label_lineage.literal(dataset) ~ ' and feature_id = ' ~ label_lineage.literal(feature_id) -%}
    {%- set nodes = label_lineage.fetch(
        "select node_id, case when is_redacted then '(redacted)' else label end, annotator_id, effective_at <= " ~ moment.as_of ~ " as is_there,"
        ~ " effective_at <= " ~ moment.as_of ~ " and (superseded_at is null or superseded_at > " ~ moment.as_of ~ ") as counts, "
        ~ label_lineage.readable_time('effective_at') ~ ", effective_at > recorded_at, " ~ label_lineage.list_json('parent_ids')
        ~ ", " ~ label_lineage.list_json('root_ids')
        ~ " from " ~ ref('label_nodes') ~ " where " ~ of_feature ~ " order by effective_at, node_id limit 1000"
    ) -%}
    {%- if not nodes -%}
        {{ label_lineage.refuse("the dataset '" ~ dataset ~ "' has no label for a feature " ~ feature_id | string | tojson ~ "; feature ids are in label_nodes") }}
    {%- endif -%}
    {%- set decided = label_lineage.decided_row(key, moment) -%}
    {%- set state = label_lineage.fetch(
        "select label, outcome, confidence, n_labels, split, label_distribution from " ~ ref('training_set')
        ~ " where " ~ key ~ " and version = " ~ label_lineage.literal(version)
    ) -%}
    {%- if state -%}
        {%- set row = state[0] -%}
        {%- do print(label_lineage.cell(feature_id) ~ ' in ' ~ dataset ~ ' ' ~ version ~ ': ' ~ label_lineage.cell(row[0])) -%}
        {%- do print('  outcome ' ~ row[1] ~ ', votes ' ~ label_lineage.cell(row[5]) ~ ', confidence ' ~ label_lineage.cell(row[2]) ~ ', ' ~ row[3] ~ ' label(s), split ' ~ row[4]) -%}
    {%- else -%}
        {%- do print(label_lineage.cell(feature_id) ~ ' is not in ' ~ dataset ~ ' ' ~ version ~ ': ' ~ label_lineage.why_absent(decided, moment)) -%}
    {%- endif -%}
    {%- do print('  ' ~ label_lineage.policy_line(fromjson(moment.policy))) -%}
    {#- A policy can choose among those that nothing has replaced; where there is no row, all of these count. -#}
    {%- set leaves = fromjson(decided[3]) if decided and decided[3] is not none else nodes | selectattr(4) | map(attribute=0) | list -%}
    {%- set kinship = label_lineage.kinship(nodes, leaves) if not label_lineage.has_later_parents(nodes) -%}
    {%- if kinship -%}{%- do print('  leaves: ' ~ kinship) -%}{%- endif -%}
    {%- do print('') -%}
    {%- do print('Ancestry (* counts at the cutoff' ~ ('' if version == 'latest' else ', ' ~ moment.cutoff ~ ' UTC') ~ ')') -%}
    {%- do label_lineage.print_tree(nodes, leaves, label_lineage.fetch(
        "select child_id, parent_id, status from " ~ ref('label_edges') ~ " where status <> 'effective' and child_id in (select node_id from "
        ~ ref('label_nodes') ~ " where " ~ of_feature ~ ") order by child_id, parent_id"
    )) -%}
    {%- do label_lineage.print_counts('Versions in which it changed, newest first',
        "select version, label, previous_label, change, cause, outcome from " ~ ref('training_set_changes') ~ " where " ~ key ~ " order by version_number desc",
        ['version', 'label', 'before', 'change', 'cause', 'outcome']) -%}
    {%- set holding = label_lineage.fetch("select version, label from " ~ ref('training_set') ~ " where " ~ key ~ " order by version") -%}
    {%- do print('') -%}
    {%- do print('Contained in ' ~ (holding | map(attribute=0) | join(', ') if holding else 'no version')) -%}
{% endmacro %}


{#- A stored policy in one line; the splits are on the row already. -#}
{% macro policy_line(policy) %}
    {%- set options = [] -%}
    {%- for key in ['min_margin', 'repeats'] + label_lineage.rule_options() | list if key in policy -%}
        {%- do options.append(', ' ~ key ~ ' ' ~ policy[key]) -%}
    {%- endfor -%}
    {%- do return(
        'policy: ' ~ policy.consolidation ~ ' of ' ~ policy.kind ~ ' labels, weight ' ~ policy.weight ~ ', ties ' ~ policy.ties
        ~ ', min_labels ' ~ policy.min_labels ~ ', min_agreement ' ~ policy.min_agreement ~ options | join
    ) -%}
{% endmacro %}


{#- Outcome, votes, confidence and leaves of a feature at a version, whether it is in the data or not; nothing where it had no label. -#}
{% macro decided_row(key, moment) %}
    {%- if moment.number is none -%}
        {%- set rows = ref('int_head_rows') ~ " where " ~ key -%}
    {%- else -%}
        {%- set rows = ref('training_set_changes') ~ " where " ~ key ~ " and version_number <= " ~ moment.number ~ " order by version_number desc limit 1" -%}
    {%- endif -%}
    {%- set found = label_lineage.fetch("select outcome, label_distribution, confidence, " ~ label_lineage.list_json('leaf_node_ids') ~ " from " ~ rows) -%}
    {%- do return(found[0] if found else none) -%}
{% endmacro %}


{#-
  Whether labels that count are an edit conflict or opinions that know nothing of each other. Nothing of
  fewer than two. Of leaves that share several roots, the first root is named.
-#}
{% macro kinship(nodes, counted) %}
    {%- set leaves, families = [], {} -%}
    {%- for node in nodes if node[4] and node[0] in counted and node[1] is not none -%}
        {%- do leaves.append(node[0]) -%}
        {%- for root in fromjson(node[8]) -%}{%- do families.setdefault(root, []).append(node[0]) -%}{%- endfor -%}
    {%- endfor -%}
    {%- if leaves | length < 2 -%}{%- do return('') -%}{%- endif -%}
    {%- set forks = {} -%}
    {%- for root, members in families | dictsort(case_sensitive=true) if members | length > 1 -%}
        {%- do forks.setdefault(members | join(', '), root) -%}
    {%- endfor -%}
    {%- if not forks -%}{%- do return('replicas, no two of the ' ~ leaves | length ~ ' share a root') -%}{%- endif -%}
    {%- set told = [] -%}
    {%- for members, root in forks.items() -%}
        {%- do told.append(label_lineage.cell(members) ~ ' descend from ' ~ label_lineage.cell(root)) -%}
    {%- endfor -%}
    {%- do return('a fork, ' ~ told[:3] | join('; ') ~ ('; ...' if told | length > 3 else '')) -%}
{% endmacro %}


{#- Whether a parent came after the cutoff, so that the roots of today are not those of then. -#}
{% macro has_later_parents(nodes) %}
    {%- set later, found = nodes | rejectattr(3) | map(attribute=0) | list, [] -%}
    {%- for node in nodes if node[3] -%}
        {%- for parent in fromjson(node[7]) if parent in later -%}{%- do found.append(parent) -%}{%- endfor -%}
    {%- endfor -%}
    {%- do return(found | length > 0) -%}
{% endmacro %}


{#- The cutoff, task and policy of a frozen version or of `latest`, or a clear refusal. A dataset that is no longer declared has no `latest`. -#}
{% macro find_version(dataset, version) %}
    {%- set declared = label_lineage.fetch("select dataset, task, policy from " ~ ref('int_versions_due') ~ " where is_latest order by dataset") -%}
    {%- set frozen = label_lineage.fetch(
        "select version, task, policy, version_number, " ~ label_lineage.utc_text('as_of') ~ ", " ~ label_lineage.readable_time('as_of')
        ~ " from " ~ ref('int_training_rows') ~ " where entry = 'version' and dataset = " ~ label_lineage.literal(dataset) ~ " order by version_number desc"
    ) -%}
    {%- set due = declared | selectattr(0, 'equalto', dataset) | list -%}
    {%- set found = frozen | selectattr(0, 'equalto', version) | list -%}
    {%- set names = (['latest'] if due else []) + (frozen | map(attribute=0) | list)[:12] -%}
    {%- if not names -%}
        {{ label_lineage.refuse("there is no dataset " ~ dataset | string | tojson ~ "; there is " ~ ((declared | map(attribute=0) | list)[:20] | join(', ') or 'none yet')) }}
    {%- elif version == 'latest' and not due -%}
        {{ label_lineage.refuse("the dataset '" ~ dataset ~ "' is no longer declared and has no latest; name one of its frozen versions, " ~ names | join(', ')) }}
    {%- elif version == 'latest' -%}
        {%- do return({'task': due[0][1], 'policy': due[0][2], 'cutoff': none, 'number': none, 'as_of': "cast('9999-12-31' as " ~ label_lineage.type_instant() ~ ")"}) -%}
    {%- elif not found -%}
        {{ label_lineage.refuse("the dataset '" ~ dataset ~ "' has no frozen version " ~ version | string | tojson ~ "; there is " ~ names | join(', ')) }}
    {%- endif -%}
    {%- do return({'task': found[0][1], 'policy': found[0][2], 'cutoff': found[0][5], 'number': found[0][3], 'as_of': "cast('" ~ found[0][4] ~ "' as " ~ label_lineage.type_instant() ~ ")"}) -%}
{% endmacro %}


{#- Why a feature is not in a version, from the row that decided so. -#}
{% macro why_absent(decided, moment) %}
    {%- if not decided -%}{%- do return('it had no label at that cutoff') -%}{%- endif -%}
    {%- if decided[1] is none or decided[0] == 'redacted' -%}{%- do return('it was redacted') -%}{%- endif -%}
    {%- set meaning = {
        'tie': 'its leaves are tied and wait for a human',
        'no_quorum': 'its leaves do not reach the quorum, agreement or margin that the policy asks for',
        'retracted': 'its label was retracted',
    } -%}
    {%- if decided[0] == 'tie' and fromjson(moment.policy).kind == 'mask' and decided[2] is none -%}
        {%- do return('its masks differ in size and wait for a human, leaves by size ' ~ label_lineage.cell(decided[1])) -%}
    {%- endif -%}
    {%- do return(meaning.get(decided[0], decided[0]) ~ ', votes ' ~ label_lineage.cell(decided[1])) -%}
{% endmacro %}


{#- Nodes under their first parent, oldest first; a node with several parents says whom it also replaces, and one that names a parent which is not there says so. -#}
{% macro print_tree(nodes, counted, idle_links) %}
    {%- set most = 60 -%}
    {%- set ids = nodes | map(attribute=0) | list -%}
    {%- set children, tops = {}, [] -%}
    {%- for node in nodes -%}
        {%- set here = [] -%}
        {%- for parent in fromjson(node[7]) if parent in ids -%}{%- do here.append(parent) -%}{%- endfor -%}
        {%- if here -%}{%- do children.setdefault(here[0], []).append(node) -%}{%- else -%}{%- do tops.append(node) -%}{%- endif -%}
    {%- endfor -%}
    {%- set stack, printed = [], [] -%}
    {%- for node in tops | reverse -%}{%- do stack.append([node, '', '']) -%}{%- endfor -%}
    {%- for _ in nodes if stack and printed | length < most -%}
        {%- set node, lead, below = stack.pop() -%}
        {%- do printed.append(1) -%}
        {%- set parents = fromjson(node[7]) -%}
        {%- set notes = [] -%}
        {%- if not node[3] -%}{%- do notes.append('after this cutoff') -%}{%- endif -%}
        {%- if node[6] -%}{%- do notes.append('came late') -%}{%- endif -%}
        {%- if parents | length > 1 -%}{%- do notes.append('merges ' ~ parents | join(', ')) -%}{%- endif -%}
        {%- for status, word in [('awaiting_parent', 'awaits '), ('foreign_parent', 'does not replace, because they belong elsewhere: ')] -%}
            {%- set idle = idle_links | selectattr(0, 'equalto', node[0]) | selectattr(2, 'equalto', status) | map(attribute=1) | list -%}
            {%- if idle -%}{%- do notes.append(word ~ idle | join(', ')) -%}{%- endif -%}
        {%- endfor -%}
        {%- do print('  ' ~ lead ~ ('* ' if node[0] in counted else '  ') ~ label_lineage.cell(node[0]) ~ '  ' ~ (label_lineage.cell(node[1]) if node[1] is not none else '(retracted)')
            ~ '  by ' ~ label_lineage.cell(node[2]) ~ '  ' ~ node[5] ~ ('  (' ~ label_lineage.cell(notes | join('; ')) ~ ')' if notes else '')) -%}
        {%- set mine = children.get(node[0], []) -%}
        {%- for child in mine | reverse -%}
            {%- set is_last = loop.first -%}
            {%- do stack.append([child, below ~ ('`- ' if is_last else '|- '), below ~ ('   ' if is_last else '|  ')]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if nodes | length > most -%}{%- do print('  ... and ' ~ ('at least ' if nodes | length == 1000 else '') ~ (nodes | length - most) ~ ' more nodes, see label_nodes') -%}{%- endif -%}
{% endmacro %}
