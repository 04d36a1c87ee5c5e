{#- All inputs of the setting `label_nodes`, under one another, typed as the input contract says. -#}
{% macro read_inputs() %}
    {%- for input in label_lineage.settings().label_nodes %}
    {% if not loop.first %}union all{% endif %}
    {{ label_lineage.read_label_nodes(label_lineage.input_relation(input, 'label_nodes')) }}
    {%- endfor %}
{% endmacro %}


{#-
  Where an input stands: `{ref: model}`, a file or glob on engines that read files, or the name of a
  relation. Whatever else a setting holds is refused: it would become SQL.
-#}
{% macro input_relation(input, setting) %}
    {%- if input is mapping and input | list == ['ref'] and input.ref is string -%}{%- do return(ref(input.ref)) -%}{%- endif -%}
    {%- if not label_lineage.is_text(input) -%}
        {{ label_lineage.refuse("the setting '" ~ setting ~ "' has the entry " ~ input | string | tojson ~ "; write a relation such as schema.table, a file, or {ref: model}") }}
    {%- endif -%}
    {%- if modules.re.fullmatch('(?s).*\\.(parquet|csv|csv\\.gz|json|jsonl|ndjson|json\\.gz|jsonl\\.gz)', input) -%}
        {%- do return(label_lineage.file_relation(input)) -%}
    {%- endif -%}
    {%- set name = '[A-Za-z_][A-Za-z0-9_$]*' -%}
    {%- if not modules.re.fullmatch('(' ~ label_lineage.database_pattern() ~ '\\.' ~ name ~ '\\.)?' ~ name ~ '|' ~ name ~ '\\.' ~ name, input) -%}
        {{ label_lineage.refuse("the setting '" ~ setting ~ "' has the entry " ~ input | tojson ~ ", which is neither a file (.parquet, .csv, .json) nor a relation name (database.schema.table); write one of them, or {ref: model}") }}
    {%- endif -%}
    {%- do return(input) -%}
{% endmacro %}


{#- A file or glob as something to select from. -#}
{% macro file_relation(path) %}
    {{- return(adapter.dispatch('file_relation', 'label_lineage')(path)) -}}
{% endmacro %}


{% macro default__file_relation(path) %}
    {%- do label_lineage.refuse("the input " ~ path | tojson ~ " is a file, which " ~ target.type ~ " does not read; load it into a table and name that") -%}
{% endmacro %}


{#-
  No guessing where a guess can lose something: CSV is RFC 4180 with any separator, without skipped or
  comment lines, all text; JSON is looked through to its end, since keys may turn up late, and read as
  text, for guessed types would make another label of 1 once a 1.5 comes.
-#}
{% macro duckdb__file_relation(path) %}
    {%- set literal = label_lineage.literal(path) -%}
    {%- if '.parquet' in path[-8:] -%}
        {%- do return('read_parquet(' ~ literal ~ ', union_by_name = true)') -%}
    {%- elif modules.re.search('\\.csv(\\.gz)?$', path) -%}
        {%- do return('read_csv(' ~ literal ~ ", all_varchar = true, header = true, quote = '\"', escape = '\"', skip = 0, comment = '', union_by_name = true)") -%}
    {%- endif -%}
    {%- do return("(select columns(*) ->> '$' from read_json(" ~ literal ~ ', union_by_name = true, maximum_depth = 1, sample_size = -1))') -%}
{% endmacro %}


{#- What the name of a database may be, the first of three parts of a relation's name. -#}
{% macro database_pattern() %}
    {{- return(adapter.dispatch('database_pattern', 'label_lineage')()) -}}
{% endmacro %}


{% macro default__database_pattern() %}
    {%- do return('[A-Za-z_][A-Za-z0-9_$]*') -%}
{% endmacro %}


{#- A project; most have dashes. -#}
{% macro bigquery__database_pattern() %}
    {%- do return('[a-z][a-z0-9-]*') -%}
{% endmacro %}
