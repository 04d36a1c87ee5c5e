{#- Whether a label can be read as its task's kind says. Class names and texts always can. -#}
{% macro is_valid_label() %}
    case kind
        when 'number' then {{ label_lineage.is_number('label') }}
        else true
    end
{%- endmacro %}
