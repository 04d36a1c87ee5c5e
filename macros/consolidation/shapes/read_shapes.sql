{#-
  Boxes, masks and polygons out of their JSON text. Numbers are taken from the text as it stands, for
  engines' JSON functions pass them through floats. Lengths are whole millionths from here on.
-#}

{#- Kinds that describe a place in a picture or on a map. Their labels are long, and hardly ever the same. -#}
{% macro kinds_of_shapes() %}
    {%- do return(['box', 'boxes', 'mask', 'polygon']) -%}
{% endmacro %}


{#- A text without some characters. -#}
{% macro without(text, characters) -%}
    {%- set stripped = namespace(sql=text) -%}
    {%- for character in characters -%}
        {%- set stripped.sql = 'replace(' ~ stripped.sql ~ ', ' ~ character ~ ", '')" -%}
    {%- endfor -%}
    {{- stripped.sql -}}
{%- endmacro %}


{#- JSON that holds no texts with blanks, without its blanks. -#}
{% macro without_blanks(json) -%}
    {{- label_lineage.without(json, ["' '", 'chr(9)', 'chr(10)', 'chr(13)']) -}}
{%- endmacro %}


{#- The numbers of an array, or of an array of arrays, whose text has no blanks, with commas between them and nothing else. -#}
{% macro numbers_of(json) -%}
    {{- label_lineage.without(json, ["'['", "']'"]) -}}
{%- endmacro %}


{#- The 1st to 4th number of a box whose label has no blanks, as millionths. -#}
{% macro box_number(label, place) -%}
    {{- label_lineage.millionths(dbt.split_part(label_lineage.numbers_of(label), "','", place)) -}}
{%- endmacro %}


{#-
  The numbers of the array under a key of an object whose text has no blanks, with commas between them. The
  bracket is no part of what is split by: dbt-spark splits by a regular expression.
-#}
{% macro numbers_under(json, key) -%}
    {{- label_lineage.without(dbt.split_part(dbt.split_part(json, "'\"" ~ key ~ "\":'", 2), "']'", 1), ["'['"]) -}}
{%- endmacro %}


{#- Height (1) or width (2) of a mask whose label has no blanks. -#}
{% macro mask_side(label, place) -%}
    cast({{ dbt.split_part(label_lineage.numbers_under(label, 'size'), "','", place) }} as {{ dbt.type_bigint() }})
{%- endmacro %}


{#- The run lengths of a mask whose label has no blanks, with commas between them. -#}
{% macro mask_counts(label) -%}
    {{- label_lineage.numbers_under(label, 'counts') -}}
{%- endmacro %}


{#- The label of a box in the one way it is written: no blanks, numbers rounded to millionths. -#}
{% macro canonical_box(label) -%}
    {%- set numbers = [] -%}
    {%- for place in range(1, 5) -%}
        {%- do numbers.append(label_lineage.decimal_text(dbt.split_part(label_lineage.numbers_of(label_lineage.without_blanks(label)), "','", place))) -%}
    {%- endfor -%}
    '[' || {{ numbers | join(" || ',' || ") }} || ']'
{%- endmacro %}


{#- The label of a box from four numbers in millionths. -#}
{% macro box_text(x, y, width, height) -%}
    '[' || {{ label_lineage.millionths_text(x) }} || ',' || {{ label_lineage.millionths_text(y) }}
    || ',' || {{ label_lineage.millionths_text(width) }} || ',' || {{ label_lineage.millionths_text(height) }} || ']'
{%- endmacro %}


{#- The label of a list of boxes, without blanks, always a list, and with COCO's category_id under the name of class. -#}
{% macro canonical_boxes(label) -%}
    {%- set compact = "replace(" ~ label_lineage.compact_json(label) ~ ", '\"category_id\":', '\"class\":')" -%}
    case when substr({{ compact }}, 1, 1) = '{' then '[' || {{ compact }} || ']' else {{ compact }} end
{%- endmacro %}


{#-
  The leaves that a rule decides for a kind, numbered: features from 1, within each its n_leaves leaves from 0,
  newest first. Joins go by these numbers, which are shorter than ids.
-#}
{% macro numbered_leaves(leaves, rule, kind) %}
    select
        dataset,
        version_number,
        feature_id,
        node_id,
        label,
        ties,
        policy,
        cast(weight as {{ dbt.type_bigint() }}) as weight,
        cast(dense_rank() over (order by dataset, version_number, {{ label_lineage.text_order('feature_id') }}) as {{ dbt.type_bigint() }}) as feature_number,
        cast(row_number() over (
            partition by dataset, version_number, feature_id
            order by effective_at desc, {{ label_lineage.text_order('node_id') }} desc
        ) - 1 as {{ dbt.type_bigint() }}) as leaf_number,
        count(*) over (partition by dataset, version_number, feature_id) as n_leaves
    from {{ leaves }}
    where consolidation = '{{ rule }}' and kind = '{{ kind }}'
{% endmacro %}
