{#- A version's policy, stored as JSON, as columns. -#}
{% macro policy_columns(policy) %}
    {{ label_lineage.json_value(policy, 'kind') }} as kind,
    {{ label_lineage.json_value(policy, 'consolidation') }} as consolidation,
    {{ label_lineage.json_value(policy, 'weight') }} as weight_rule,
    {{ label_lineage.json_value(policy, 'ties') }} as ties,
    cast({{ label_lineage.json_value(policy, 'min_labels') }} as {{ dbt.type_int() }}) as min_labels,
    cast({{ label_lineage.json_value(policy, 'min_agreement') }} as {{ label_lineage.type_decimal(7, 6) }}) as min_agreement,
    cast(coalesce({{ label_lineage.json_value(policy, 'min_margin') }}, '0') as {{ label_lineage.type_decimal(7, 6) }}) as min_margin,
    coalesce({{ label_lineage.json_value(policy, 'repeats') }}, 'all') as repeats,
    cast(coalesce({{ label_lineage.json_value(policy, 'iterations') }}, '0') as {{ dbt.type_int() }}) as iterations,
    cast(coalesce({{ label_lineage.json_value(policy, 'posterior_digits') }}, '3') as {{ dbt.type_int() }}) as posterior_digits
{%- endmacro %}
