{#- Versions that are declared, or that the cadence makes: (dataset, version, as_of), due or not. -#}
{% macro planned_versions(known) %}
    {%- set period = label_lineage.settings().release_every -%}
    {%- if period is none -%}
    select dataset, version, as_of from {{ ref('stg_dataset_versions') }}
    {%- else -%}
    {#-
      Only periods in which a label became effective make a version; the cutoff is their last microsecond.
      A name that was declared for a frozen version before the cadence began gets a number, 2024-03.2, or one
      after the greatest that is taken.
    -#}
    select
        periods.dataset,
        periods.version || coalesce('.' || cast(max({{ label_lineage.number_of_name('taken.version', 'periods.version') }}) + 1 as {{ dbt.type_string() }}), '') as version,
        periods.as_of
    from (
        select
            dataset,
            {{ label_lineage.date_text(label_lineage.add_microseconds('period_end', -1), 'month' if period == 'month' else 'day') }} as version,
            {{ label_lineage.add_microseconds('period_end', -1) }} as as_of
        from (
            select distinct
                known.dataset,
                {{ label_lineage.period_end('ledger.effective_at', period) }} as period_end
            from {{ known }} as known
            inner join {{ ref('int_ledger') }} as ledger
                on known.task = ledger.task
                and ledger.effective_at > known.last_as_of
                -- A period that ends in the year 10000 is never due, and not every engine can say when it ends.
                and ledger.effective_at < cast('9999-12-01' as {{ label_lineage.type_instant() }})
        ) as period_ends
    ) as periods
    left join {{ label_lineage.log_before('int_freeze_log') }} as taken
        on periods.dataset = taken.dataset
        and taken.entry = 'version'
        and (taken.version = periods.version or substr(taken.version, 1, length(periods.version) + 1) = periods.version || '.')
    group by periods.dataset, periods.version, periods.as_of
    {%- endif -%}
{% endmacro %}


{#- The number at the end of a version's name, as in 2024-03.2, or 1 if it has none; NULL for no name. -#}
{% macro number_of_name(version, period) %}
    {%- set number = 'substr(' ~ version ~ ', length(' ~ period ~ ') + 2)' -%}
    case
        when {{ label_lineage.matches(number, '[1-9][0-9]{0,8}') }} then cast({{ number }} as {{ dbt.type_int() }})
        when {{ version }} is not null then 1
    end
{%- endmacro %}


{#- The newest frozen version of each dataset, as earlier runs left it. -#}
{% macro last_frozen_versions() %}
    select * from (
        select
            dataset,
            version,
            version_number,
            as_of,
            policy,
            n_rows,
            checksum_high,
            checksum_low,
            row_number() over (partition by dataset order by version_number desc) as newest
        from {{ label_lineage.log_before('int_freeze_log') }} as freeze_log
        where entry = 'version'
    ) as frozen
    where newest = 1
{%- endmacro %}
