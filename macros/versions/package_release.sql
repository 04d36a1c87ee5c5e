{#- The release of this package, stored with every version it freezes. A test keeps it equal to dbt_project.yml. -#}
{% macro package_release() %}
    {{- return('0.1.0') -}}
{% endmacro %}
