{#- Levenshtein distance of two texts: how many characters (code points) must be inserted, deleted or replaced. -#}
{% macro edit_distance(text, other) %}
    {{- adapter.dispatch('edit_distance', 'label_lineage')(text, other) -}}
{% endmacro %}


{% macro default__edit_distance(text, other) -%}
    levenshtein({{ text }}, {{ other }})
{%- endmacro %}


{#-
  DuckDB counts bytes. So where a text has other than ASCII characters, each character that both texts
  have is written as one of 125 bytes, and all that only one of them has as another. Texts that share
  more go by the row by row method of Wagner and Fischer (1974), exact and a hundred times slower.
-#}
{% macro duckdb__edit_distance(text, other) -%}
    {%- set chars, other_chars = "string_split(" ~ text ~ ", '')", "string_split(" ~ other ~ ", '')" -%}
    {%- set shared = 'list_sort(list_intersect(list_distinct(' ~ chars ~ '), list_distinct(' ~ other_chars ~ ')))' -%}
    {%- set alphabet = "array_to_string(list_transform(range(3, 128), lambda code: chr(cast(code as integer))), '')" -%}
    {%- set bytes = 'substring(' ~ alphabet ~ ', 1, len(' ~ shared ~ '))' -%}
    case
        when strlen({{ text }}) = length({{ text }}) and strlen({{ other }}) = length({{ other }}) then levenshtein({{ text }}, {{ other }})
        when len({{ shared }}) <= 125 then levenshtein(
            translate({{ text }}, array_to_string({{ shared }} || {{ chars }}, ''), {{ bytes }} || repeat(chr(1), length({{ text }}))),
            translate({{ other }}, array_to_string({{ shared }} || {{ other_chars }}, ''), {{ bytes }} || repeat(chr(2), length({{ other }})))
        )
        else list_reduce(
            list_prepend(range(0, length({{ other }}) + 1), list_transform({{ chars }}, lambda letter: [cast(unicode(letter) as bigint)])),
            lambda above, letter: list_reduce(
                list_prepend([above[1] + 1], list_transform(range(1, length({{ other }}) + 1), lambda place: [place])),
                lambda here, place: list_append(here, least(
                    here[-1] + 1,
                    above[place[1] + 1] + 1,
                    above[place[1]] + case when unicode({{ other }}[place[1]]) = letter[1] then 0 else 1 end
                ))
            )
        )[-1]
    end
{%- endmacro %}


{#- In the extension fuzzystrmatch, which counts characters and takes texts of up to 255 bytes. -#}
{% macro postgres__edit_distance(text, other) -%}
    {%- if execute and not run_query("select 1 from pg_extension where extname = 'fuzzystrmatch'").rows -%}
        {{ label_lineage.refuse("the medoid of texts needs the Postgres extension fuzzystrmatch; run `create extension fuzzystrmatch` in this database") }}
    {%- endif -%}
    levenshtein({{ text }}, {{ other }})
{%- endmacro %}


{% macro trino__edit_distance(text, other) -%}
    levenshtein_distance({{ text }}, {{ other }})
{%- endmacro %}


{% macro snowflake__edit_distance(text, other) -%}
    editdistance({{ text }}, {{ other }})
{%- endmacro %}


{% macro bigquery__edit_distance(text, other) -%}
    edit_distance({{ text }}, {{ other }})
{%- endmacro %}


{% macro athena__edit_distance(text, other) -%}
    levenshtein_distance({{ text }}, {{ other }})
{%- endmacro %}
