{#- An engine without an implementation is a compile error, never a guess. -#}
{% macro unsupported(macro_name, advice='use an engine that the README lists') %}
    {%- do label_lineage.refuse("the macro '" ~ macro_name ~ "' has no implementation for " ~ target.type ~ "; " ~ advice) -%}
{% endmacro %}
