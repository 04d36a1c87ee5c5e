{#- Kinds whose labels can be written in several ways: 5 and 5.0, ["a", "b"] and ["b","a"]. -#}
{% macro kinds_of_many_spellings() %}
    {%- do return(['box', 'boxes', 'mask', 'number', 'polygon', 'ranking', 'tags']) -%}
{% endmacro %}


{#-
  A label in the one way its kind writes it, so that equal labels are equal texts: numbers without zeros
  that say nothing, tags sorted and each once, rankings without blanks. NULL where it cannot be read so.
-#}
{% macro canonical_label(label, kind, policies) %}
    {%- set kinds = policies | map(attribute='kind') | select('in', label_lineage.kinds_of_many_spellings()) | unique | sort -%}
    case
        when {{ kind }} not in ('{{ kinds | join("', '") }}') then {{ label }}
        when not {{ label_lineage.is_valid_label(label, kind, policies) }} then null
        {%- for each in kinds %}
        when {{ kind }} = '{{ each }}' then
            {%- if each == 'number' %} {{ label_lineage.number_text(label_lineage.billionths(label)) }}
            {%- elif each == 'box' %} {{ label_lineage.canonical_box(label) }}
            {%- elif each == 'boxes' %} {{ label_lineage.canonical_boxes(label) }}
            {%- elif each in ['mask', 'polygon'] %} {{ label_lineage.without_blanks(label) }}
            {%- elif each == 'ranking' %} {{ label_lineage.list_json(label_lineage.json_texts(label)) }}
            {%- else %} {{ label_lineage.list_json(label_lineage.list_distinct(label_lineage.json_texts(label))) }}
            {%- endif -%}
        {%- endfor %}
    end
{%- endmacro %}


{#-
  A label in the one way that today's dataset of its task writes it, to be compared with others of the
  task. What was admitted before its task had this kind, and cannot be read so, stays as it is.
-#}
{% macro comparable_label(label, task) -%}
    {%- set written = label_lineage.policies_of_many_spellings() -%}
    {%- if '' in written -%}
        {{- label_lineage.canonical_or_raw(label, written['']) -}}
    {%- elif written -%}
        {#- Once for each kind: to read boxes takes 19 KB, and a view has 256 on some engines. -#}
        case
            {%- for kind, tasks in written.items() | groupby('1.kind') %}
            when {{ task }} in ({% for name, policy in tasks %}{{ label_lineage.literal(name) }}{{ ', ' if not loop.last }}{% endfor %})
                then {{ label_lineage.canonical_or_raw(label, tasks[0][1]) }}
            {%- endfor %}
            else {{ label }}
        end
    {%- else -%}
        {{- label -}}
    {%- endif -%}
{%- endmacro %}


{% macro canonical_or_raw(label, policy) -%}
    coalesce({{ label_lineage.canonical_label(label, "'" ~ policy.kind ~ "'", [policy]) }}, {{ label }})
{%- endmacro %}


{#- Task -> a policy of today, for the tasks whose kind can write one label in several ways. The task '' stands for all, where none is declared. -#}
{% macro policies_of_many_spellings() %}
    {%- set settings, policies = label_lineage.settings(), {} -%}
    {%- for dataset in settings.datasets or [{'task': '', 'policy': settings.default_policy}] if dataset.policy.kind in label_lineage.kinds_of_many_spellings() -%}
        {%- do policies.update({dataset.task: dataset.policy}) -%}
    {%- endfor -%}
    {%- do return(policies) -%}
{% endmacro %}


{#- Digest of today's way to write labels that are compared. -#}
{% macro spelling() %}
    {%- set told = {} -%}
    {%- for task, policy in label_lineage.policies_of_many_spellings().items() -%}{%- do told.update({task: policy.kind}) -%}{%- endfor -%}
    {%- do return(local_md5(tojson(told, sort_keys=true))) -%}
{% endmacro %}


{#- Pre-hook of what is counted batch by batch by how labels are written: written otherwise, all is counted anew. -#}
{% macro forget_other_spellings() %}
    {%- if execute and is_incremental() -%}
        delete from {{ this }} where spelling <> '{{ label_lineage.spelling() }}'
    {%- endif -%}
{% endmacro %}


{#-
  Before int_outcomes: a label that its dataset's kind cannot read stops the run. Admission refuses such
  labels, so this happens only where the kind was changed after labels had come.
-#}
{% macro check_readable_labels(leaves, ledger, versions) %}
    {%- if execute and label_lineage.any_policy(label_lineage.policies_in_use(), 'kind', label_lineage.kinds_of_many_spellings()) -%}
        {%- set unreadable = run_query(
            "select versions.dataset, versions.kind, ledger.node_id, ledger.label, versions.version, " ~ label_lineage.readable_time('versions.as_of') ~ " from " ~ leaves ~ " as leaves"
            ~ " inner join " ~ versions ~ " as versions on leaves.dataset = versions.dataset and leaves.version_number = versions.version_number"
            ~ " inner join " ~ ledger ~ " as ledger on leaves.node_id = ledger.node_id"
            ~ " where leaves.label is null and ledger.label is not null"
            ~ " order by versions.dataset, " ~ label_lineage.text_order('ledger.node_id') ~ ", versions.version_number limit 1"
        ).rows -%}
        {%- if unreadable -%}
            {%- set row = unreadable[0] -%}
            {{ label_lineage.refuse("the dataset '" ~ row[0] ~ "' is of kind " ~ row[1] ~ ", but the label " ~ (row[3] | string)[:60] | tojson ~ " of node " ~ row[2] | string | tojson ~ " was admitted before and cannot be read so; take the kind back, or replace the label by a new node" ~ ('' if row[4] == 'latest' else ", recorded at or before " ~ row[5] ~ " UTC, at which version " ~ row[4] | string | tojson ~ " is due")) }}
        {%- endif -%}
    {%- endif -%}
    {%- do return('') -%}
{% endmacro %}
