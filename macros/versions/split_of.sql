{#-
  The split of a group: the first 15 hexadecimal digits of md5(salt, group) as a whole number modulo a
  million, against the cumulated fractions in millionths. The same on every engine.
-#}
{% macro split_of(dataset, split_group) %}
    {%- set settings = label_lineage.settings() -%}
    {%- set named = settings.datasets or [{'name': none, 'policy': settings.default_policy}] -%}
    case
    {%- for entry in named %}
        {%- set draw = 'mod(' ~ label_lineage.hash_number('substr(' ~ label_lineage.hash_columns([label_lineage.literal(entry.policy.split_salt), split_group]) ~ ', 1, 15)') ~ ', 1000000)' %}
        {%- set condition = '1 = 1' if entry.name is none else dataset ~ ' = ' ~ label_lineage.literal(entry.name) %}
        {%- set bound = namespace(micros=0) %}
        {%- for split, fraction in entry.policy.splits.items() %}
            {%- set bound.micros = bound.micros + label_lineage.micros(fraction) %}
        when {{ condition }} and {{ draw }} < {{ bound.micros }} then {{ label_lineage.literal(split) }}
        {%- endfor %}
    {%- endfor %}
    end
{%- endmacro %}
