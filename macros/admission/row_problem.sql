{#- Why a raw row on its own cannot enter the ledger, NULL when it can. The first that applies counts. -#}
{% macro row_problem() %}
    case
        when node_id is null then 'missing_node_id'
        when feature_id is null then 'missing_feature_id'
        when has_bad_time or {{ label_lineage.is_out_of_time('created_at') }} or {{ label_lineage.is_out_of_time('recorded_at') }} then 'invalid_time'
        when recorded_at is null then 'missing_time'
        when has_bad_parents then 'invalid_parent_ids'
        when {{ label_lineage.holds_nul(['node_id', 'feature_id', 'parent_id', 'task', 'label', 'annotator_id', 'split_group', 'source', 'attributes']) }} then 'invalid_text'
        when label is not null and not ({{ label_lineage.is_valid_label() }}) then 'invalid_label'
        when is_known_node then 'conflict'
    end
{%- endmacro %}


{#- Each reason in a sentence, for `rejected_label_nodes.detail`. -#}
{% macro reason_details() %}
    {%- do return({
        'missing_node_id': 'The row has no node_id, so nothing can refer to it.',
        'missing_feature_id': 'The row has no feature_id, so nothing says what was labelled.',
        'invalid_time': 'created_at or recorded_at cannot be read as a time stamp after 0001-01-01 00:00 and before 9999-12-31.',
        'missing_time': 'Neither created_at nor recorded_at is given, so nothing says when the label counts.',
        'invalid_parent_ids': 'parent_ids is neither an array nor the text of a JSON array.',
        'invalid_text': 'A text holds the character NUL, which most warehouses cannot store.',
        'invalid_label': 'The label is not valid for the kind of its task.',
        'incomplete_node': 'Another row of the node was refused and may name a further parent; the node is admitted with all its parents, or not yet.',
        'self_parent': 'The node names itself as a parent.',
        'conflict': 'The node_id is taken by a node that says something else or names other parents.',
        'foreign_parent': 'A parent belongs to another feature or task.',
        'cycle': 'The parents of the node lead back to the node itself.',
    }) -%}
{% endmacro %}


{#-
  Whether an instant lies outside what every engine can hold: no label counts before the first dataset
  version or after `latest`, whose cutoffs are the first and last day of that time.
-#}
{% macro is_out_of_time(instant) -%}
    coalesce(
        {{ instant }} <= cast('0001-01-01' as {{ label_lineage.type_instant() }})
        or {{ instant }} >= cast('9999-12-31' as {{ label_lineage.type_instant() }}),
        false
    )
{%- endmacro %}


{#- Whether any of the texts holds the character NUL. -#}
{% macro holds_nul(columns) %}
    {{- adapter.dispatch('holds_nul', 'label_lineage')(columns) -}}
{% endmacro %}


{#- Engines that cannot store the character cannot meet it. -#}
{% macro default__holds_nul(columns) %}
    1 = 0
{%- endmacro %}


{% macro duckdb__holds_nul(columns) -%}
    ({% for column in columns %}coalesce(contains({{ column }}, chr(0)), false){% if not loop.last %} or {% endif %}{% endfor %})
{%- endmacro %}


{% macro snowflake__holds_nul(columns) %}
    {{- label_lineage.duckdb__holds_nul(columns) -}}
{% endmacro %}


{#- `chr(0)` is the empty text here. -#}
{% macro bigquery__holds_nul(columns) -%}
    ({% for column in columns %}coalesce(regexp_contains({{ column }}, r'\x00'), false){% if not loop.last %} or {% endif %}{% endfor %})
{%- endmacro %}


{% macro spark__holds_nul(columns) %}
    {{- label_lineage.duckdb__holds_nul(columns) -}}
{% endmacro %}


{% macro trino__holds_nul(columns) -%}
    ({% for column in columns %}coalesce(strpos({{ column }}, chr(0)) > 0, false){% if not loop.last %} or {% endif %}{% endfor %})
{%- endmacro %}


{% macro athena__holds_nul(columns) %}
    {{- label_lineage.trino__holds_nul(columns) -}}
{% endmacro %}
