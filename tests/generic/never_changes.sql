{#- What the columns `of` name together has one value in this column, wherever it stands. -#}
{% test never_changes(model, column_name, of) %}

select
    {{ label_lineage.literal(model) }} as table_name,
    {{ of | join(',\n    ') }},
    min({{ column_name }}) as one_{{ column_name }},
    max({{ column_name }}) as other_{{ column_name }}
from {{ model }}
group by {{ of | join(', ') }}
having count({{ column_name }}) <> count(*)
    or min({{ column_name }}) <> max({{ column_name }})

{% endtest %}
