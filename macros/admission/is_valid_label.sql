{#- Whether a label can be read as its task's kind says. Class names and texts always can. Only the checks of the kinds in use are written. -#}
{% macro is_valid_label(label='label', kind='kind', policies=none) %}
    {%- set policies = policies or label_lineage.policies_in_use() + [label_lineage.settings().default_policy] -%}
    case
        {%- for each in policies | map(attribute='kind') | unique | sort %}
        {%- if each == 'number' %}
        when {{ kind }} = 'number' then {{ label_lineage.is_valid_number(label) }}
        {%- elif each == 'tags' %}
        when {{ kind }} = 'tags' then {{ label_lineage.is_json_texts(label) }}
        {%- elif each == 'ranking' %}
        when {{ kind }} = 'ranking' then {{ label_lineage.is_valid_ranking(label) }}
        {%- elif each == 'box' %}
        when {{ kind }} = 'box' then {{ label_lineage.is_valid_box(label) }}
        {%- elif each == 'boxes' %}
        when {{ kind }} = 'boxes' then {{ label_lineage.is_valid_boxes(label) }}
        {%- elif each == 'mask' %}
        when {{ kind }} = 'mask' then {{ label_lineage.is_valid_mask(label) }}
        {%- elif each == 'polygon' %}
        when {{ kind }} = 'polygon' then {{ label_lineage.is_valid_polygon(label) }}
        {%- endif %}
        {%- endfor %}
        when 1 = 0 then false
        else true
    end
{%- endmacro %}


{#- At most 18 digits before the point, so that sums over millions of numbers stay exact. -#}
{% macro is_valid_number(label) %}
            case
                when {{ label_lineage.is_number(label) }} then abs({{ label_lineage.billionths(label) }}) < {{ label_lineage.wide("'1000000000000000000000000000'") }}
                else false
            end
{%- endmacro %}


{#- A JSON array of strings. -#}
{% macro is_json_texts(label) %}
    {{- label_lineage.matches(label, label_lineage.json_list_pattern(of_ids=false)) -}}
{% endmacro %}


{#- A JSON array of strings, at least one and none twice. -#}
{% macro is_valid_ranking(label) %}
    {%- set items = label_lineage.json_texts(label) %}
            case
                when {{ label_lineage.is_json_texts(label) }}
                    then {{ label_lineage.list_size(items) }} > 0 and {{ label_lineage.list_size(items) }} = {{ label_lineage.list_size(label_lineage.list_distinct(items)) }}
                else false
            end
{%- endmacro %}
