{#-
  Pre-hook of the tables that follow the links from batch to batch. They remember the newest batch that they saw, so
  links that are logged after it, because a run was killed or left their log out, would be missing in them for good.
-#}
{% macro check_links(ledger, edges) %}
    {%- if not execute -%}{%- do return('') -%}{%- endif -%}
    {%- for row in run_query(label_lineage.batches_without_links(ledger, edges) ~ ' order by batch limit 1').rows -%}
        {{ label_lineage.refuse("the table " ~ edges ~ " does not hold the links of batch " ~ row[0] ~ " of " ~ ledger ~ " yet, and '" ~ model.name ~ "' would never see them; run everything (dbt build); nothing was written") }}
    {%- endfor -%}
{% endmacro %}


{#- Batches of the ledger with links that are not logged yet. After the newest that is, few are looked at. -#}
{% macro batches_without_links(ledger, edges) -%}
    select distinct batch from {{ ledger }} as ledger
    where batch > (select coalesce(max(batch), 0) from {{ edges }} as edges)
        and {{ label_lineage.list_size('parent_ids') }} > 0
{%- endmacro %}
