{#- The rules or weights that today's datasets ask for, so that models carry no branch that nobody uses. -#}
{% macro in_use(key) %}
    {%- set settings = label_lineage.settings() -%}
    {%- set found = [] -%}
    {%- for dataset in settings.datasets or [{'policy': settings.default_policy}] -%}
        {%- if dataset.policy[key] not in found -%}{%- do found.append(dataset.policy[key]) -%}{%- endif -%}
    {%- endfor -%}
    {%- do return(found | sort) -%}
{% endmacro %}
