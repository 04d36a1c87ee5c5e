{#- The estimates of the head: those of the last run that estimated, for one that stopped since may have numbered the head anew. -#}
{% macro head_estimates(estimates, published) %}
    select estimates.* from {{ estimates }} as estimates
    inner join (
        select numbered.dataset, max(numbered.version_number) as version_number
        from {{ estimates }} as numbered
        left join {{ published }} as published
            on numbered.dataset = published.dataset and numbered.version_number = published.version_number
        where published.dataset is null
        group by numbered.dataset
    ) as heads
        on estimates.dataset = heads.dataset and estimates.version_number = heads.version_number
{% endmacro %}
