{#- The one place where settings are read. seeds/_seeds.yml alone repeats `is_demo`, for no macro can be called there. -#}

{% macro settings() %}
    {%- set demo = label_lineage.demo_settings() if label_lineage.is_demo() else {} -%}
    {%- set given = {
        'label_nodes': var('label_nodes', demo.get('label_nodes')),
        'datasets': var('datasets', demo.get('datasets')),
        'default_policy': var('default_policy', none),
        'dataset_versions': var('dataset_versions', demo.get('dataset_versions')),
        'release_every': var('release_every', 'not given'),
        'freeze_delay': var('freeze_delay', none),
        'redactions': var('redactions', none),
        'model_annotators': var('model_annotators', demo.get('model_annotators')),
    } -%}
    {%- do label_lineage.refuse_unknown_settings(given) -%}
    {%- set inputs = label_lineage.as_list(given.label_nodes, 'label_nodes') -%}
    {#- A project that has installed the package but not named an input yet can still be parsed. -#}
    {%- if execute and not inputs -%}
        {{ label_lineage.refuse("the setting 'label_nodes' names no input; set it to a list of relations (database.schema.table) or, on DuckDB, of files") }}
    {%- endif -%}
    {%- set default_said = {} if given.default_policy is none else given.default_policy -%}
    {%- set default_policy = label_lineage.read_policy(default_said, "setting 'default_policy'", {}) -%}
    {%- set datasets = label_lineage.read_datasets(given.datasets, default_said) -%}
    {#- Given as null it means no versions at all; month is only what holds when nothing is said. -#}
    {%- set release_every = given.release_every -%}
    {%- if release_every == 'not given' -%}
        {%- set release_every = 'month' if given.dataset_versions is none else none -%}
    {%- elif release_every is not none and given.dataset_versions is not none -%}
        {{ label_lineage.refuse("the settings 'dataset_versions' and 'release_every' are both given; declare the versions or let the cadence make them, not both") }}
    {%- endif -%}
    {#- Refusals of plain texts do not show them: dbt renders one first, and it could be a variable of the environment. -#}
    {%- if release_every not in [none, 'month', 'week', 'day'] -%}
        {{ label_lineage.refuse("the setting 'release_every' is none of month, week, day and null; write one of these") }}
    {%- endif -%}
    {%- do return({
        'label_nodes': inputs,
        'datasets': datasets,
        'default_policy': default_policy,
        'dataset_versions': given.dataset_versions,
        'release_every': release_every,
        'freeze_delay_seconds': label_lineage.read_duration(given.freeze_delay, 'freeze_delay'),
        'redactions': label_lineage.as_list([given.redactions] if given.redactions is mapping else given.redactions, 'redactions'),
        'model_annotators': label_lineage.as_list(given.model_annotators, 'model_annotators'),
    }) -%}
{% endmacro %}


{#- True when this project runs on its own and nobody has named an input. -#}
{% macro is_demo() %}
    {%- do return(project_name == 'label_lineage' and not var('label_nodes', none)) -%}
{% endmacro %}


{#- A misspelt setting must not be ignored: on its own, this project knows every variable there is. -#}
{% macro refuse_unknown_settings(known) %}
    {%- if project_name != 'label_lineage' -%}{%- do return('') -%}{%- endif -%}
    {%- set given = invocation_args_dict.get('vars') or {} -%}
    {%- set given = fromyaml(given) if given is string else given -%}
    {%- for name in given -%}
        {%- if name not in known -%}
            {{ label_lineage.refuse("there is no setting " ~ name | string | tojson ~ "; the settings are " ~ known | join(', ')) }}
        {%- endif -%}
    {%- endfor -%}
    {%- do return('') -%}
{% endmacro %}


{% macro as_list(value, name) %}
    {%- if value is none -%}{%- do return([]) -%}{%- endif -%}
    {%- if value is string -%}{%- do return([value]) -%}{%- endif -%}
    {%- if value is mapping or value is not iterable -%}
        {{ label_lineage.refuse("the setting '" ~ name ~ "' must be a list; write its entries between [ and ]") }}
    {%- endif -%}
    {%- do return(value | list) -%}
{% endmacro %}


{#- Whether a setting is a text that can become an SQL literal: engines cut or refuse the character NUL. -#}
{% macro is_text(value) %}
    {%- do return(value is string and '\x00' not in value) -%}
{% endmacro %}


{#- '36 hours' -> 129600; a plain 0 or null is no delay. -#}
{% macro read_duration(value, name) %}
    {%- if value is none or value == 0 or value == '0' -%}{%- do return(0) -%}{%- endif -%}
    {%- set units = {'second': 1, 'minute': 60, 'hour': 3600, 'day': 86400, 'week': 604800} -%}
    {%- set parts = (value | string).split() -%}
    {%- set unit = parts[1].rstrip('s') if parts | length == 2 else none -%}
    {%- if not (value is string and unit in units and modules.re.fullmatch('[0-9]{1,6}', parts[0])) -%}
        {{ label_lineage.refuse("the setting '" ~ name ~ "' is no duration; write a whole number and a unit, such as '36 hours' or '2 days'") }}
    {%- endif -%}
    {%- set seconds = (parts[0] | int) * units[unit] -%}
    {%- if seconds > 3660 * 86400 -%}
        {{ label_lineage.refuse("the setting '" ~ name ~ "' is longer than ten years, so nothing would ever be frozen; write a duration such as '36 hours'") }}
    {%- endif -%}
    {%- do return(seconds) -%}
{% endmacro %}


{#-
  Every refusal ends here, so that all read alike and tests can find them. Names stand in it as JSON,
  in which Jinja also escapes what HTML could misread; nobody would recognise a file name by that.
-#}
{% macro refuse(sentence) %}
    {%- set readable = namespace(text=sentence) -%}
    {%- for escaped, character in {'\\u0027': "'", '\\u003c': '<', '\\u003e': '>', '\\u0026': '&'}.items() -%}
        {%- set readable.text = readable.text | replace(escaped, character) -%}
    {%- endfor -%}
    {%- do exceptions.raise_compiler_error('Label Lineage: ' ~ readable.text ~ '.') -%}
{% endmacro %}
