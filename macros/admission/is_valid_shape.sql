{#-
  Whether a label is a box, a list of boxes, a mask or a polygon as docs/shapes.md describes them.
  Patterns come first: only a text that fits is taken apart and cast, for not every engine has try_cast.
-#}

{#- [x, y, width, height], of positive size. -#}
{% macro is_valid_box(label) -%}
    {%- set blanks, compact = label_lineage.blanks(), label_lineage.without_blanks(label) -%}
    case
        when {{ label_lineage.matches(label, blanks ~ label_lineage.box_pattern() ~ blanks) }}
            then {{ label_lineage.box_number(compact, 3) }} > 0 and {{ label_lineage.box_number(compact, 4) }} > 0
        else false
    end
{%- endmacro %}


{#- A list of objects with class, bbox and perhaps score, or one such object. Negative sizes do not fit the pattern. -#}
{% macro is_valid_boxes(label) -%}
    {%- set blanks, object = label_lineage.blanks(), label_lineage.box_object_pattern() -%}
    {%- set list = '\\[' ~ blanks ~ '(' ~ object ~ '(' ~ blanks ~ ',' ~ blanks ~ object ~ ')*' ~ blanks ~ ')?\\]' -%}
    {{- label_lineage.matches(label, blanks ~ '(' ~ object ~ '|' ~ list ~ ')' ~ blanks) -}}
{%- endmacro %}


{#-
  {"size": [height, width], "counts": [...]}, whose counts add up to height x width. Masks are long, so
  the patterns have no repeated group, on which some engines' regular expressions run out of stack.
-#}
{% macro is_valid_mask(label) -%}
    {%- set blanks, compact = label_lineage.blanks(), label_lineage.without_blanks(label) -%}
    {%- set side, anything = '[1-9][0-9]{0,5}', '[0-9a-z,:"{}\\[\\] \\t\\n\\r]*' -%}
    {%- set size = ['"size"', ':', '\\[', side, ',', side, '\\]'] | join(blanks) -%}
    {%- set counts = ['"counts"', ':', '\\[', '[0-9][0-9, \\t\\n\\r]*', '\\]'] | join(blanks) -%}
    {%- set form = ['', '\\{', '(' ~ [size, ',', counts] | join(blanks) ~ '|' ~ [counts, ',', size] | join(blanks) ~ ')', '\\}', ''] | join(blanks) -%}
    {#- Two numbers without a comma, two commas without a number, leading zeros, too many digits. -#}
    {%- set faults = '([0-9][ \\t\\n\\r]+[0-9]|,' ~ blanks ~ '[,\\]]|[^0-9]0[0-9]|[0-9]{13})' -%}
    case
        when not {{ label_lineage.matches(label, form) }} then false
        when {{ label_lineage.matches(label, anything ~ faults ~ anything) }} then false
        else {{ label_lineage.sum_of_parts(label_lineage.mask_counts(compact)) }} = {{ label_lineage.mask_side(compact, 1) }} * {{ label_lineage.mask_side(compact, 2) }}
    end
{%- endmacro %}


{#- [[x, y], ...], at least three points. -#}
{% macro is_valid_polygon(label) -%}
    {%- set blanks, number = label_lineage.blanks(), label_lineage.coordinate_pattern() -%}
    {%- set point = ['\\[', number, ',', number, '\\]'] | join(blanks) -%}
    {{- label_lineage.matches(label, ['', '\\[', point ~ '(' ~ [blanks, ',', point] | join(blanks) ~ '){2,}', '\\]', ''] | join(blanks)) -}}
{%- endmacro %}


{#- What may stand between the parts of a JSON text. -#}
{% macro blanks() -%}
    {%- do return('[ \\t\\n\\r]*') -%}
{%- endmacro %}


{#- A number of JSON whose size is below 100 million. Tiny ones may have an exponent, as programs print them. -#}
{% macro coordinate_pattern(sign='-?') -%}
    {%- do return(sign ~ '(0|[1-9][0-9]{0,7})([.][0-9]{1,30})?([eE]-[0-9]{1,2})?') -%}
{%- endmacro %}


{#- Four numbers, of which the last two, the sizes, have no sign. -#}
{% macro box_pattern() -%}
    {%- set number, size = label_lineage.coordinate_pattern(), label_lineage.coordinate_pattern('') -%}
    {%- do return(['\\[', number, ',', number, ',', size, ',', size, '\\]'] | join(label_lineage.blanks())) -%}
{%- endmacro %}


{#- The keys of an object in any order, each once: engines do not agree which of two equal keys counts. -#}
{% macro box_object_pattern() -%}
    {%- set blanks = label_lineage.blanks() -%}
    {%- set score_pattern = '(0([.][0-9]{1,30})?|1([.]0{1,30})?|[1-9]([.][0-9]{1,30})?[eE]-(0?[1-9]|[1-9][0-9]))' -%}
    {%- set class = ['"(class|category_id)"', ':', '(' ~ label_lineage.json_string_pattern() ~ '|0|[1-9][0-9]{0,17})'] | join(blanks) -%}
    {%- set box = ['"bbox"', ':', label_lineage.box_pattern()] | join(blanks) -%}
    {%- set score = ['"score"', ':', score_pattern] | join(blanks) -%}
    {%- set orders = [] -%}
    {%- for order in [[class, box], [box, class], [class, box, score], [class, score, box], [box, class, score], [box, score, class], [score, class, box], [score, box, class]] -%}
        {%- do orders.append(order | join(blanks ~ ',' ~ blanks)) -%}
    {%- endfor -%}
    {%- do return(['\\{', '(' ~ orders | join('|') ~ ')', '\\}'] | join(blanks)) -%}
{%- endmacro %}


{#- A string of JSON that every engine reads alike: no half of a surrogate pair, no NUL. -#}
{% macro json_string_pattern() -%}
    {%- do return('"([^"\\\\\\x01-\\x1f]|\\\\(["\\\\/bfnrt]|u(' ~ label_lineage.json_escape_pattern() ~ ')))*"') -%}
{%- endmacro %}
