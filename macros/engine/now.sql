{#- The instant this run started, UTC: the same for all models of a run. -#}
{% macro now() %}
    {{- "cast('" ~ run_started_at.astimezone(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S.%f') ~ "' as " ~ label_lineage.type_instant() ~ ")" -}}
{% endmacro %}
