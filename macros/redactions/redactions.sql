{#-
  What the log of redactions asks for: `features`, `annotators`, and whether a part of it `is_pending`, not
  carried out yet. Asked when SQL is written, so that without redactions nothing is read, joined or compared.
  In a unit test there are none.
-#}
{% macro redactions() %}
    {%- set asked = {'features': false, 'annotators': false, 'is_pending': false} -%}
    {%- if not execute or graph.nodes is not defined -%}{%- do return(asked) -%}{%- endif -%}
    {%- set log = label_lineage.log_before('int_redactions') -%}
    {%- if log is string -%}{%- do return(asked) -%}{%- endif -%}
    {%- set found = run_query('select count(feature_id), count(annotator_id), coalesce(max(batch), 0) from ' ~ log).rows[0] -%}
    {%- if found[2] == 0 -%}{%- do return(asked) -%}{%- endif -%}
    {%- set done = run_query('select coalesce(max(batch), 0) from ' ~ label_lineage.log_before('int_erasures') ~ ' as erasures').rows[0] -%}
    {%- do return({'features': found[0] > 0, 'annotators': found[1] > 0, 'is_pending': found[2] > done[0]}) -%}
{% endmacro %}


{#- The ids of all redacted features, as a subquery. -#}
{% macro redacted_features() -%}
    (select distinct feature_id from {{ label_lineage.log_before('int_redactions') }} as redactions where feature_id is not null)
{%- endmacro %}


{#- The pseudonyms of all redacted annotators, as a subquery. -#}
{% macro redacted_annotators() -%}
    (select distinct annotator_id from {{ label_lineage.log_before('int_redactions') }} as redactions where annotator_id is not null)
{%- endmacro %}


{#-
  What stands for a name that was erased: the same for the same name, so that labels of one annotator stay
  labels of one annotator. Nobody can read the name out of it; who knows a name can see whether it is this one.
-#}
{% macro pseudonym(name) -%}
    'redacted-' || {{ label_lineage.hash_columns([name]) }}
{%- endmacro %}


{#- Whether a name is a pseudonym already. Somebody may have called a class or a group so that it begins like one. -#}
{% macro is_pseudonym(name) -%}
    {{ label_lineage.matches(name, 'redacted-[0-9a-f]{32}') }}
{%- endmacro %}


{#- Whether a row of the freeze log lost its payload to a redaction. Every other row has a distribution. -#}
{% macro is_erased(row='') -%}
    ({{ row }}label_distribution is null and {{ row }}outcome is not null)
{%- endmacro %}


{#- Whether a row is in its version's data. As long as its payload was not erased, that is whether it has a label. -#}
{% macro is_in_data(outcome='outcome') -%}
    {{ outcome }} in ('single', 'consensus', 'human')
{%- endmacro %}


{#-
  Raw rows without what was redacted: none of a redacted feature, and a redacted annotator's under a
  pseudonym, as their nodes stand in the ledger. So a replay of old rows brings nothing back and looks
  like what it is, a duplicate.
-#}
{% macro unredacted(raw) %}
    {%- set asked = label_lineage.redactions() -%}
    {%- if not (asked.features or asked.annotators) -%}{%- do return(raw) -%}{%- endif -%}
    {%- set erased = {'annotator_id': 'annotators.annotator_id', 'attributes': 'null'} %}
    (
        select
            raw.node_id,
            raw.parent_id,
            {% for column in label_lineage.content_columns() -%}
            {% if column in erased -%}
            case when annotators.annotator_id is null then raw.{{ column }} else {{ erased[column] }} end as {{ column }},
            {% else -%}
            raw.{{ column }},
            {% endif -%}
            {% endfor -%}
            raw.has_bad_time,
            raw.has_bad_parents
        from {{ raw }} as raw
        left join {{ label_lineage.redacted_features() }} as features on raw.feature_id = features.feature_id
        left join {{ label_lineage.redacted_annotators() }} as annotators on {{ label_lineage.pseudonym('raw.annotator_id') }} = annotators.annotator_id
        where features.feature_id is null
    )
{%- endmacro %}


{#-
  A redacted feature is touched once more, in the first version after its redaction and in `latest` until
  then, if it has a state in the dataset: so it leaves the data, and the version says so.
-#}
{% macro redacted_states(versions) %}
    {%- set no_text, zero = 'cast(null as ' ~ dbt.type_string() ~ ')', 'cast(0 as ' ~ dbt.type_bigint() ~ ')' -%}
    select
        versions.dataset,
        versions.task,
        versions.version_number,
        states.feature_id,
        {{ no_text }} as first_split_group,
        {{ no_text }} as last_split_group,
        {% for count in ['n_new', 'n_late', 'n_retractions', 'n_merges', 'n_corrections'] -%}
        {{ zero }} as {{ count }},
        {% endfor -%}
        false as is_only_estimated,
        versions.as_of,
        true as is_redacted
    from {{ versions }} as versions
    inner join (
        select dataset, min(version_number) as version_number from {{ versions }}
        group by dataset
    ) as first_due
        on versions.dataset = first_due.dataset and versions.version_number = first_due.version_number
    inner join (
        select
            dataset,
            feature_id,
            outcome,
            row_number() over (partition by dataset, feature_id order by version_number desc) as newest
        from {{ label_lineage.log_before('int_freeze_log') }} as freeze_log
        where entry = 'row' and feature_id in {{ label_lineage.redacted_features() }}
    ) as states on versions.dataset = states.dataset
    where states.newest = 1 and states.outcome <> 'redacted'
{%- endmacro %}
