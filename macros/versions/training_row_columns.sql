{#- What a training row says, and what a version's registry entry says: the columns of the freeze log that readers see. -#}
{% macro payload_columns() %}
    {%- do return(['label', 'label_distribution', 'confidence', 'n_labels', 'outcome', 'split', 'leaf_node_ids']) -%}
{% endmacro %}


{% macro entry_columns() %}
    {%- do return(['as_of', 'policy', 'n_rows', 'n_added', 'n_changed', 'n_removed', 'checksum_high', 'checksum_low', 'annotators_checksum', 'rows_checksum', 'previous_fingerprint', 'fingerprint', 'package_release', 'frozen_at']) -%}
{% endmacro %}


{#- Number of the head `latest` where versions are compared by their numbers: after every other. -#}
{% macro head_number() %}
    {%- do return(2147483647) -%}
{% endmacro %}


{#- What is stored of each annotator with a version whose policy estimates them. -#}
{% macro annotator_columns() %}
    {%- do return(['annotator_id', 'true_label', 'given_label', 'probability', 'n_expected']) -%}
{% endmacro %}
