{#- Rows as aligned text columns: numbers to the right, everything else to the left. -#}
{% macro print_table(columns, rows, indent='  ') %}
    {%- set widths = [] -%}
    {%- for column in columns -%}
        {%- set place = loop.index0 -%}
        {%- set lengths = [column | length] -%}
        {%- for row in rows -%}{%- do lengths.append(label_lineage.cell(row[place]) | length) -%}{%- endfor -%}
        {%- do widths.append(lengths | max) -%}
    {%- endfor -%}
    {%- for line in [columns] + rows -%}
        {%- set cells = [] -%}
        {%- set is_head = loop.first -%}
        {%- for value in line -%}
            {%- set place = loop.index0 -%}
            {%- set text = label_lineage.cell(value) -%}
            {%- set is_number = (rows[0][place] if rows else '') is number -%}
            {%- do cells.append(text.rjust(widths[place]) if is_number else text.ljust(widths[place])) -%}
        {%- endfor -%}
        {%- do print((indent ~ cells | join('  ')).rstrip()) -%}
    {%- endfor -%}
{% endmacro %}


{#- One value for a terminal: short, on one line, and without characters that could steer the terminal. -#}
{% macro cell(value) %}
    {%- if value is none -%}{%- do return('-') -%}{%- endif -%}
    {%- if value is integer and value is not boolean -%}{%- do return('{:,}'.format(value)) -%}{%- endif -%}
    {%- set text = modules.re.sub('[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]', '?', value | string) -%}
    {%- do return(text if text | length <= 60 else text[:57] ~ '...') -%}
{% endmacro %}


{#- Rows of a query as lists of plain Python values. -#}
{% macro fetch(query) %}
    {%- set rows = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- set values = [] -%}
        {%- for value in row.values() -%}
            {%- do values.append(value | int if value is number and value == value | int else value) -%}
        {%- endfor -%}
        {%- do rows.append(values) -%}
    {%- endfor -%}
    {%- do return(rows) -%}
{% endmacro %}


{#- A cutoff for people: to the second, without the microseconds that only machines need. -#}
{% macro readable_time(column) -%}
    substr({{ label_lineage.utc_text(column) }}, 1, 19)
{%- endmacro %}


{#- The first dozen rows of a query under a title, or that there are none. -#}
{% macro print_counts(title, query, columns) %}
    {%- set rows = label_lineage.fetch(query) -%}
    {%- do print('') -%}
    {%- if not rows -%}
        {%- do print(title ~ ': none') -%}
    {%- else -%}
        {%- do print(title) -%}
        {%- do label_lineage.print_table(columns, rows[:12]) -%}
        {%- if rows | length > 12 -%}{%- do print('  ... and ' ~ (rows | length - 12) ~ ' more lines') -%}{%- endif -%}
    {%- endif -%}
{% endmacro %}
