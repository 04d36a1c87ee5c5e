{#- Kinds whose labels name classes that can be counted. -#}
{% macro kinds_with_classes() %}
    {%- do return(['boxes', 'class', 'tags']) -%}
{% endmacro %}


{#-
  One row per row of `rows` and class in its label: the label itself, each tag, each class among the boxes;
  `[]` where there is none. And one row with the class NULL for the row as such, to be the whole of which
  classes have their share. Rows of other kinds have no classes and are left out. `rows` has kind, label
  and the columns, which tell its rows apart.
-#}
{% macro classes_of(rows, columns) %}
    {#- Engines may read a label before they drop the row, and a class name is no JSON. -#}
    {%- set list = "case when kind in ('boxes', 'tags') then label else '[]' end" -%}
    {%- set keys = columns | join(', ') %}
    select {{ keys }}, cast(null as {{ dbt.type_string() }}) as class from {{ rows }}
    where kind in ('{{ label_lineage.kinds_with_classes() | join("', '") }}')
    union all
    select {{ keys }}, case when kind = 'class' then label else '[]' end as class from {{ rows }}
    where kind = 'class' or (kind in ('boxes', 'tags') and label = '[]')
    union all
    select {{ keys }}, item as class
    from (
        {{ label_lineage.unnest_list('(select ' ~ keys ~ ', ' ~ label_lineage.json_texts(list) ~ ' as tags from ' ~ rows ~ " where kind = 'tags') as tagged", 'tags', columns) }}
    ) as each_tag
    union all
    select distinct {{ keys }}, {{ label_lineage.json_value('item', 'class') }} as class
    from (
        {{ label_lineage.json_object_rows('(select ' ~ keys ~ ', ' ~ list ~ ' as label from ' ~ rows ~ " where kind = 'boxes') as boxed", 'label', columns) }}
    ) as each_box
{%- endmacro %}
