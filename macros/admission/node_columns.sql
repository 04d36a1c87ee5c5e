{#- What a label node says, apart from its identity and its parents. Two rows of one node must agree on all of it. -#}
{% macro content_columns() %}
    {%- do return(['feature_id', 'task', 'label', 'annotator_id', 'created_at', 'recorded_at', 'split_group', 'source', 'attributes']) -%}
{% endmacro %}


{#- The content hash stored in the ledger: node_id and the content columns, times as microseconds. -#}
{% macro content_hash() %}
    {%- set columns = ['node_id'] -%}
    {%- for column in label_lineage.content_columns() -%}
        {%- do columns.append('cast(' ~ label_lineage.epoch_microseconds(column) ~ ' as ' ~ dbt.type_string() ~ ')' if column.endswith('_at') else column) -%}
    {%- endfor -%}
    {{- label_lineage.hash_columns(columns) -}}
{% endmacro %}


{#- SQL for the label kind of a task, from the datasets that read it. -#}
{% macro kind_of(task) %}
    {%- set settings = label_lineage.settings() -%}
    {%- set kinds = {} -%}
    {%- for dataset in settings.datasets -%}{%- do kinds.update({dataset.task: dataset.policy.kind}) -%}{%- endfor -%}
    case
        {%- for name, kind in kinds.items() %}
        when {{ task }} = {{ label_lineage.literal(name) }} then '{{ kind }}'
        {%- endfor %}
        when 1 = 1 then '{{ settings.default_policy.kind }}'
    end
{% endmacro %}


{#-
  SQL for whether the annotator is a program, from the setting `model_annotators`; a trailing * matches
  any ending. Never NULL: a merge by an annotator who is not named counts as a person's in any case.
-#}
{% macro is_model(annotator) %}
    {%- set patterns = label_lineage.settings().model_annotators -%}
    {%- set exact, starts = [], [] -%}
    {%- for pattern in patterns -%}
        {%- if not label_lineage.is_text(pattern) -%}{{ label_lineage.refuse("the setting 'model_annotators' holds " ~ pattern | string | tojson ~ ", which is not a text; write names in quotes, without the character NUL") }}{%- endif -%}
        {%- if pattern.endswith('*') -%}{%- do starts.append(pattern[:-1]) -%}{%- else -%}{%- do exact.append(pattern) -%}{%- endif -%}
    {%- endfor -%}
    {%- set tests = ['1 = 0'] -%}
    {%- for text in exact -%}{%- do tests.append(annotator ~ ' = ' ~ label_lineage.literal(text)) -%}{%- endfor -%}
    {%- for text in starts -%}{%- do tests.append('substr(' ~ annotator ~ ', 1, ' ~ text | length ~ ') = ' ~ label_lineage.literal(text)) -%}{%- endfor -%}
    coalesce({{ tests | join(' or ') }}, false)
{%- endmacro %}
