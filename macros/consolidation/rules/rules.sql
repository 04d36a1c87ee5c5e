{#- What each rule can do. Who adds a rule adds it here, and nowhere else but its own file. -#}

{#- rule -> the label kinds it can consolidate -> the macro that does, without its `rule_` -#}
{% macro rules() %}
    {%- do return({
        'majority_vote': {'class': 'majority_vote', 'tags': 'tags_majority_vote', 'ranking': 'ranking_majority_vote', 'mask': 'mask_majority_vote'},
        'mean': {'number': 'number_mean', 'box': 'box_mean'},
        'median': {'number': 'number_median', 'box': 'box_median'},
        'trimmed_mean': {'number': 'number_trimmed_mean'},
        'medoid': {'text': 'text_medoid', 'box': 'box_medoid', 'mask': 'mask_medoid', 'polygon': 'polygon_medoid'},
        'box_fusion': {'boxes': 'boxes_fusion'},
        'latest': {'class': 'latest', 'number': 'latest', 'text': 'latest', 'tags': 'latest', 'ranking': 'latest', 'box': 'latest', 'boxes': 'latest', 'mask': 'latest', 'polygon': 'latest'},
        'unanimous': {'class': 'unanimous', 'number': 'unanimous', 'text': 'unanimous', 'tags': 'unanimous', 'ranking': 'unanimous', 'box': 'unanimous', 'boxes': 'unanimous', 'mask': 'unanimous', 'polygon': 'unanimous'},
        'all_labels': {'class': 'all_labels'},
        'weighted_vote': {'class': 'weighted_vote'},
        'wawa': {'class': 'wawa'},
        'dawid_skene': {'class': 'dawid_skene'},
        'one_coin_dawid_skene': {'class': 'one_coin_dawid_skene'},
    }) -%}
{% endmacro %}


{#- Every kind of label that some rule can consolidate. -#}
{% macro kinds() %}
    {%- set kinds = [] -%}
    {%- for macros in label_lineage.rules().values() -%}
        {%- for kind in macros if kind not in kinds -%}{%- do kinds.append(kind) -%}{%- endfor -%}
    {%- endfor -%}
    {%- do return(kinds | sort) -%}
{% endmacro %}


{#-
  Policy keys that only some rules read: key -> its default, the rules, and the least and most it takes. They are stored with
  a version only under such a rule, so a key that a later release adds changes no policy that is stored already.
-#}
{% macro rule_options() %}
    {%- do return({
        'iou': {'default': 0.55, 'rules': ['box_fusion'], 'least': 0, 'most': 0.999999},
        'trim': {'default': 0.1, 'rules': ['trimmed_mean'], 'least': 0, 'most': 0.49},
        'iterations': {'default': 20, 'least': 1, 'most': 1000, 'rules': label_lineage.em_rules()},
        'posterior_digits': {'default': 3, 'least': 1, 'most': 6, 'rules': label_lineage.estimating_rules()},
    }) -%}
{% endmacro %}


{#- Rules on classes that count votes and do nothing else, so that a majority needs no second look. -#}
{% macro counting_rules() %}
    {%- do return(['majority_vote', 'weighted_vote', 'all_labels']) -%}
{% endmacro %}


{#- Rules that do not count votes for these kinds, so that no agreement or margin can be asked of them. -#}
{% macro rules_without_votes() %}
    {%- do return({'mean': ['number'], 'median': ['number'], 'trimmed_mean': ['number'], 'medoid': ['text']}) -%}
{% endmacro %}


{#- Rules that know no next best for these kinds, so that no margin can be asked of them. -#}
{% macro rules_without_runner_up() %}
    {%- do return({'latest': label_lineage.kinds(), 'mean': ['box'], 'median': ['box']}) -%}
{% endmacro %}


{#- Rules that vote on the parts of a label, one by one: they see all features, and their distribution is of the parts. -#}
{% macro rules_of_parts() %}
    {%- do return([('majority_vote', 'ranking'), ('majority_vote', 'tags')]) -%}
{% endmacro %}


{#- Rules on classes that weigh by an annotator's reliability, if the policy says so. -#}
{% macro rules_by_annotator() %}
    {%- do return(['majority_vote', 'weighted_vote']) -%}
{% endmacro %}


{#- Rules that estimate by expectation and maximisation. -#}
{% macro em_rules() %}
    {%- do return(['dawid_skene', 'one_coin_dawid_skene']) -%}
{% endmacro %}


{#- All rules that weigh annotators by how the whole dataset votes. -#}
{% macro estimating_rules() %}
    {%- do return(label_lineage.em_rules() + ['wawa']) -%}
{% endmacro %}
