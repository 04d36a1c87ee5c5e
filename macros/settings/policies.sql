{#- What a dataset says about itself, checked: names, allowed values, and pairs that cannot work. -#}

{% macro policy_defaults() %}
    {%- do return({
        'kind': 'class',
        'consolidation': 'majority_vote',
        'weight': 'equal',
        'repeats': 'all',
        'min_labels': 1,
        'min_agreement': 0.5,
        'min_margin': 0,
        'ties': 'queue',
        'splits': {'train': 0.8, 'validation': 0.1, 'test': 0.1},
        'split_salt': '',
    }) -%}
{% endmacro %}


{% macro read_datasets(given, default_policy) %}
    {%- set datasets, names, kinds = [], [], {} -%}
    {%- for entry in label_lineage.as_list(given, 'datasets') -%}
        {%- if entry is not mapping or not entry.get('name') -%}
            {{ label_lineage.refuse("entry " ~ loop.index ~ " of the setting 'datasets' has no name; write one, such as {name: animals}") }}
        {%- endif -%}
        {%- set name = entry.name -%}
        {%- if name is not string or not modules.re.fullmatch('[A-Za-z][A-Za-z0-9_]{0,62}', name) -%}
            {{ label_lineage.refuse("the dataset name " ~ name | string | tojson ~ " is not allowed; use letters, digits and _, starting with a letter, at most 63") }}
        {%- endif -%}
        {%- if name in names -%}
            {{ label_lineage.refuse("the dataset '" ~ name ~ "' is declared twice in the setting 'datasets'; give one of them another name") }}
        {%- endif -%}
        {%- set task = entry.get('task', 'default') -%}
        {%- if not label_lineage.is_text(task) or not task -%}
            {{ label_lineage.refuse("the task of dataset '" ~ name ~ "' must be a text; write it in quotes, without the character NUL") }}
        {%- endif -%}
        {%- set said = {} -%}
        {%- for key, value in entry.items() if key not in ['name', 'task'] -%}{%- do said.update({key: value}) -%}{%- endfor -%}
        {%- set policy = label_lineage.read_policy(said, "dataset '" ~ name ~ "'", default_policy) -%}
        {%- if kinds.get(task, policy.kind) != policy.kind -%}
            {{ label_lineage.refuse("the datasets that read task " ~ task | tojson ~ " call its labels both '" ~ kinds[task] ~ "' and '" ~ policy.kind ~ "'; give them one kind, or tasks of their own") }}
        {%- endif -%}
        {%- do kinds.update({task: policy.kind}) -%}
        {%- do names.append(name) -%}
        {%- do datasets.append({'name': name, 'task': task, 'policy': policy}) -%}
    {%- endfor -%}
    {%- do return(datasets) -%}
{% endmacro %}


{% macro read_policy(given, where, fallback) %}
    {%- if given is not mapping -%}{{ label_lineage.refuse("the " ~ where ~ " must be a mapping of policy keys, such as {min_labels: 2}") }}{%- endif -%}
    {%- set policy = label_lineage.policy_defaults() -%}
    {%- set options = label_lineage.rule_options() -%}
    {%- for key in given -%}
        {%- if key not in policy and key not in options -%}
            {{ label_lineage.refuse("the " ~ where ~ " has no policy key " ~ key | string | tojson ~ "; the keys are " ~ (policy | list + options | list) | join(', ')) }}
        {%- endif -%}
    {%- endfor -%}
    {%- do policy.update(fallback) -%}
    {%- do policy.update(given) -%}
    {%- set allowed = {
        'consolidation': label_lineage.rules() | list,
        'weight': ['equal', 'attention', 'annotator', 'independent_roots'],
        'repeats': ['all', 'last'],
        'ties': ['queue', 'latest', 'smallest', 'largest'],
        'kind': label_lineage.kinds(),
    } -%}
    {%- for key, values in allowed.items() -%}
        {%- if policy[key] not in values -%}
            {{ label_lineage.refuse("the " ~ where ~ " sets " ~ key ~ " to " ~ policy[key] | string | tojson ~ "; it takes " ~ values | join(', ')) }}
        {%- endif -%}
    {%- endfor -%}
    {%- if policy.kind not in label_lineage.rules()[policy.consolidation] -%}
        {%- set works = [] -%}
        {%- for rule, kinds in label_lineage.rules().items() if policy.kind in kinds -%}{%- do works.append(rule) -%}{%- endfor -%}
        {{ label_lineage.refuse("the " ~ where ~ " asks for " ~ policy.consolidation ~ " of kind " ~ policy.kind ~ ", which cannot work; for " ~ policy.kind ~ " labels use " ~ works | join(', ')) }}
    {%- endif -%}
    {%- do label_lineage.check_weight(policy, where) -%}
    {%- do label_lineage.check_agreement(policy, given, fallback, where) -%}
    {%- do label_lineage.check_options(policy, given, where) -%}
    {%- if policy.min_labels is not integer or policy.min_labels is boolean or policy.min_labels < 1 or policy.min_labels > 1000000 -%}
        {{ label_lineage.refuse("the " ~ where ~ " sets min_labels to " ~ policy.min_labels | string | tojson ~ "; it takes a whole number from 1 to 1000000") }}
    {%- endif -%}
    {%- do label_lineage.check_splits(policy, where) -%}
    {%- do return(policy) -%}
{% endmacro %}


{#- How much agreement a policy asks for: shares of the votes, where its rule counts votes at all. -#}
{% macro check_agreement(policy, given, fallback, where) %}
    {%- set counts_votes = policy.kind not in label_lineage.rules_without_votes().get(policy.consolidation, []) -%}
    {%- set has_runner_up = policy.kind not in label_lineage.rules_without_runner_up().get(policy.consolidation, []) -%}
    {%- for key in ['min_agreement', 'min_margin'] -%}
        {%- set means_something = counts_votes and (has_runner_up or key == 'min_agreement') -%}
        {%- set is_asked = key in given or (means_something and key in fallback) -%}
        {%- if not is_asked and (policy.consolidation == 'latest' or not means_something) -%}
            {#- Who takes the newest label does not ask how many agree with it, unless a dataset says so. -#}
            {%- do policy.update({key: 0}) -%}
        {%- endif -%}
        {%- set share = policy[key] -%}
        {%- if not label_lineage.is_share(share, 0, 1) -%}
            {{ label_lineage.refuse("the " ~ where ~ " sets " ~ key ~ " to " ~ share | string | tojson ~ "; it takes a number from 0 to 1 with at most six decimals") }}
        {%- endif -%}
        {%- if share > 0 and not means_something -%}
            {{ label_lineage.refuse("the " ~ where ~ " asks for a " ~ key ~ " under " ~ policy.consolidation ~ ", which " ~ ('knows no next best label' if counts_votes else 'counts no votes') ~ "; leave it out") }}
        {%- endif -%}
    {%- endfor -%}
    {%- do return('') -%}
{% endmacro %}


{#- The keys that only the policy's rule reads: checked, filled in, and gone where the rule does not read them. -#}
{% macro check_options(policy, given, where) %}
    {%- for key, option in label_lineage.rule_options().items() -%}
        {%- if policy.consolidation in option.rules -%}
            {%- set value = policy.get(key, option.default) -%}
            {%- if not label_lineage.is_share(value, option.least, option.most) or (option.default is integer and value is not integer) -%}
                {{ label_lineage.refuse("the " ~ where ~ " sets " ~ key ~ " to " ~ value | string | tojson ~ "; it takes a " ~ ('whole number' if option.default is integer else 'number') ~ " from " ~ option.least ~ " to " ~ option.most ~ ('' if option.default is integer else ' with at most six decimals')) }}
            {%- endif -%}
            {%- do policy.update({key: value}) -%}
        {%- elif key in given -%}
            {{ label_lineage.refuse("the " ~ where ~ " sets " ~ key ~ ", which " ~ policy.consolidation ~ " does not read; it belongs to " ~ option.rules | join(', ')) }}
        {%- else -%}
            {%- do policy.pop(key, none) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return('') -%}
{% endmacro %}


{% macro check_splits(policy, where) %}
    {%- if policy.splits is not mapping or not policy.splits -%}
        {{ label_lineage.refuse("the " ~ where ~ " sets splits to " ~ policy.splits | string | tojson ~ "; give names and fractions, such as {train: 0.8, test: 0.2}") }}
    {%- endif -%}
    {%- set total = namespace(micros=0) -%}
    {%- for split, fraction in policy.splits.items() -%}
        {%- if split is not string or not modules.re.fullmatch('[A-Za-z][A-Za-z0-9_-]{0,62}', split) -%}
            {{ label_lineage.refuse("the " ~ where ~ " has the split name " ~ split | string | tojson ~ "; use letters, digits, _ and -, starting with a letter") }}
        {%- endif -%}
        {%- if not label_lineage.is_share(fraction, 0, 1) -%}
            {{ label_lineage.refuse("the " ~ where ~ " gives split '" ~ split ~ "' the fraction " ~ fraction | string | tojson ~ "; it takes a number from 0 to 1 with at most six decimals") }}
        {%- endif -%}
        {%- set total.micros = total.micros + label_lineage.micros(fraction) -%}
    {%- endfor -%}
    {%- if total.micros != 1000000 -%}
        {{ label_lineage.refuse("the splits of " ~ where ~ " add up to " ~ total.micros / 1000000 ~ "; they must add up to 1") }}
    {%- endif -%}
    {%- if not label_lineage.is_text(policy.split_salt) or policy.split_salt | length > 200 -%}
        {{ label_lineage.refuse("the " ~ where ~ " sets split_salt to something that is not a text of at most 200 characters; write a shorter one, in quotes") }}
    {%- endif -%}
    {%- do return('') -%}
{% endmacro %}


{#- Whether a number is in bounds and nothing of it is lost in millionths, which are all that is stored with a version. -#}
{% macro is_share(value, least, most) %}
    {%- do return(value is number and value is not boolean and least <= value <= most and ('%.6f' % value) | float == value) -%}
{% endmacro %}


{#- Fractions are compared and hashed as whole millionths: a float is never stored. -#}
{% macro micros(fraction) %}
    {%- do return((fraction * 1000000) | round(0, 'common') | int) -%}
{% endmacro %}


{#-
  The policy as it is stored with each dataset version: fixed key order, decimals with six digits. Keys
  at the end stand there only where they say something, so that one which a later release adds changes no stored policy.
-#}
{% macro policy_json(policy) %}
    {%- set splits = [] -%}
    {%- for split, fraction in policy.splits.items() -%}
        {%- do splits.append(split | tojson ~ ': ' ~ '%.6f' % fraction) -%}
    {%- endfor -%}
    {%- set later = [] -%}
    {%- if policy.min_margin -%}{%- do later.append(', "min_margin": ' ~ '%.6f' % policy.min_margin) -%}{%- endif -%}
    {%- if policy.repeats != 'all' -%}{%- do later.append(', "repeats": ' ~ policy.repeats | tojson) -%}{%- endif -%}
    {%- for key, option in label_lineage.rule_options().items() if key in policy -%}
        {%- do later.append(', "' ~ key ~ '": ' ~ (policy[key] if option.default is integer else '%.6f' % policy[key])) -%}
    {%- endfor -%}
    {%- do return(
        '{"kind": ' ~ policy.kind | tojson
        ~ ', "consolidation": ' ~ policy.consolidation | tojson
        ~ ', "weight": ' ~ policy.weight | tojson
        ~ ', "min_labels": ' ~ policy.min_labels
        ~ ', "min_agreement": ' ~ '%.6f' % policy.min_agreement
        ~ ', "ties": ' ~ policy.ties | tojson
        ~ ', "splits": {' ~ splits | join(', ') ~ '}'
        ~ ', "split_salt": ' ~ policy.split_salt | tojson
        ~ later | join ~ '}'
    ) -%}
{% endmacro %}


{#- Weights that cannot work with the rule. -#}
{% macro check_weight(policy, where) %}
    {%- if policy.weight == 'equal' and policy.consolidation == 'weighted_vote' -%}
        {{ label_lineage.refuse("the " ~ where ~ " asks for weighted_vote with weight equal, which weighs nothing; set weight to attention, annotator or independent_roots, or use majority_vote") }}
    {%- endif -%}
    {%- if policy.weight != 'equal' and policy.consolidation in label_lineage.estimating_rules() -%}
        {{ label_lineage.refuse("the " ~ where ~ " sets weight to " ~ policy.weight ~ " under " ~ policy.consolidation ~ ", which weighs annotators itself; set weight to equal") }}
    {%- endif -%}
    {%- if policy.weight == 'annotator' and (policy.consolidation not in label_lineage.rules_by_annotator() or policy.kind != 'class') -%}
        {{ label_lineage.refuse("the " ~ where ~ " sets weight to annotator under " ~ policy.consolidation ~ " of kind " ~ policy.kind ~ "; it works for " ~ label_lineage.rules_by_annotator() | join(' and ') ~ " of kind class") }}
    {%- endif -%}
    {%- if policy.repeats == 'last' and policy.weight == 'independent_roots' -%}
        {{ label_lineage.refuse("the " ~ where ~ " sets repeats to last under weight independent_roots, which counts the labels of a root once already; set repeats to all") }}
    {%- endif -%}
    {%- do return('') -%}
{% endmacro %}
