r"""Every macro that knows its engine answers the same questions with the same text, on every engine.

The questions stand in a table of texts, so that an engine works with values and not with constants.
A question is an expression in Jinja over the columns `text` and `other`; its answer is compared as text.
"""

from __future__ import annotations

import itertools

import pytest
from engine import REPOSITORY
from test_engines import ENGINES

INSTANTS = {
    "2024-02-29": "2024-02-29 00:00:00.000000",
    "2024-1-2 3:04": "2024-01-02 03:04:00.000000",
    "2024-03-31T02:30:00Z": "2024-03-31 02:30:00.000000",
    # Half past two does not exist in New York on that day, where some of our servers stand.
    "2024-03-10 02:30:00": "2024-03-10 02:30:00.000000",
    "2024-01-01 09:30:00.123456+09:30": "2024-01-01 00:00:00.123456",
    "2023-12-31 23:00:00 -0100": "2024-01-01 00:00:00.000000",
    "0001-01-02 00:00:00.000001": "0001-01-02 00:00:00.000001",
    "9999-12-30 23:59:59.999999": "9999-12-30 23:59:59.999999",
    "2023-02-29": None,
    "2024-01-02 24:00:00": None,
    "2024-01-02 10:00:00 Europe/Berlin": None,
    "infinity": None,
    "": None,
}
AS_TEXT = "cast({} as {{{{ dbt.type_string() }}}})"
INSTANT = "label_lineage.to_instant('text', 'raw.questions')"
LIST = "label_lineage.json_texts('text')"


def yes_or_no(expression: str) -> str:
    """A truth value as text; engines print it each in their own way."""
    return f"case when {expression} then 'yes' when not ({expression}) then 'no' end"


# Macro: its expression, and answers by question; of several questions the second is `other`.
SCALARS = {
    # Time, always in UTC.
    "to_instant, utc_text": (f"{{{{ label_lineage.utc_text({INSTANT}) }}}}", INSTANTS),
    "add_microseconds": (
        f"{{{{ label_lineage.utc_text(label_lineage.add_microseconds({INSTANT}, -1)) }}}}",
        {"2024-03-01": "2024-02-29 23:59:59.999999", "1970-01-01": "1969-12-31 23:59:59.999999"},
    ),
    "epoch_microseconds": (
        AS_TEXT.format(f"{{{{ label_lineage.epoch_microseconds({INSTANT}) }}}}"),
        {"1970-01-01": "0", "1969-12-31 23:59:59.999999": "-1", "9999-12-30": "253402128000000000"},
    ),
    "date_text": (
        f"{{{{ label_lineage.date_text({INSTANT}, 'month') }}}}"
        f" || ' ' || {{{{ label_lineage.date_text({INSTANT}, 'day') }}}}",
        {"2024-03-10 23:59:59.999999": "2024-03 2024-03-10", "0999-01-01": "0999-01 0999-01-01"},
    ),
    **{
        f"period_end {period}": (
            f"{{{{ label_lineage.utc_text(label_lineage.period_end({INSTANT}, '{period}')) }}}}",
            {"2024-01-31 10:00:00": f"{first} 00:00:00.000000", "2024-12-30": f"{second} 00:00:00.000000"},
        )
        for period, first, second in (
            ("day", "2024-02-01", "2024-12-31"),
            # Weeks begin on Monday, which 30 December is.
            ("week", "2024-02-05", "2025-01-06"),
            ("month", "2024-02-01", "2025-01-01"),
        )
    },
    # Numbers, without a float.
    "is_number": (
        yes_or_no("{{ label_lineage.is_number('text') }}"),
        {
            "1": "yes", " -1.5 ": "yes", ".5": "yes", "1e-5": "yes", "1e28": "yes",
            "1e29": "no", "1_000": "no", "inf": "no", "NaN": "no", "": "no", "\t1": "no", "1\n": "no", "0x10": "no", "٣": "no",
        },
    ),  # fmt: skip
    "billionths, number_text": (
        "{{ label_lineage.number_text(label_lineage.billionths('text')) }}",
        {
            "1.50": "1.5", "-0": "0", "1e5": "100000", "0.0000000005": "0.000000001", "-0.0000000005": "-0.000000001",
            "0.00000000049": "0", "12345678901234567890.123456789": "12345678901234567890.123456789", "+7.": "7",
        },
    ),  # fmt: skip
    "divide_rounded": (
        AS_TEXT.format(
            "{{ label_lineage.decimal_text(label_lineage.divide_rounded(\"cast(text as \" ~ dbt.type_bigint() ~ \")\", \"cast(other as \" ~ dbt.type_bigint() ~ \")\", 6)) }}"
        ),
        # Half up, where a division of integers would cut off and one of floats round to even.
        {("5", "2"): "2.5", ("1", "3"): "0.333333", ("2", "3"): "0.666667", ("1", "2000000"): "0.000001", ("1", "0"): None},
    ),
    "share": (
        "{{ label_lineage.decimal_text(label_lineage.share(\"cast(text as \" ~ dbt.type_bigint() ~ \")\", \"cast(other as \" ~ dbt.type_bigint() ~ \")\")) }}",
        {("1", "8"): "0.125", ("3", "3"): "1", ("0", "7"): "0", ("5", "6"): "0.833333"},
    ),
    "whole_quotient": (
        AS_TEXT.format(
            "{{ label_lineage.whole_quotient(label_lineage.wide('text'), label_lineage.wide('other')) }}"
        ),
        {
            ("5", "2"): "2", ("7", "8"): "0", ("1", "0"): None,
            ("99999999999999999999999999", "10"): "9999999999999999999999999",
        },
    ),  # fmt: skip
    "decimal_text": (
        "{{ label_lineage.decimal_text(\"cast(text as \" ~ dbt.type_numeric() ~ \")\") }}",
        {"10": "10", "0.5": "0.5", "0": "0", "-1.25": "-1.25"},
    ),
    # Of texts with more decimals than are kept, rounded once and half away from zero.
    "decimal_text of a text": (
        "{{ label_lineage.decimal_text('text') }}",
        {"12.3456785": "12.345679", "-12.3456785": "-12.345679", "0.0000004999999999": "0", "7": "7", "1.50": "1.5"},
    ),
    "millionths": (
        AS_TEXT.format("{{ label_lineage.millionths('text') }}"),
        {"12.3456785": "12345679", "-0.0000005": "-1", "0.0000004999999999": "0", "10": "10000000"},
    ),
    "millionths_text": (
        "{{ label_lineage.millionths_text('cast(text as ' ~ dbt.type_bigint() ~ ')') }}",
        {"12345679": "12.345679", "-1": "-0.000001", "10000000": "10", "0": "0", "99999999999999999": "99999999999.999999"},
    ),
    "sum_of_parts": (AS_TEXT.format("{{ label_lineage.sum_of_parts('text') }}"), {"1,2,3": "6", "40000000000,2": "40000000002"}),
    # Texts.
    "trim_blanks": ("{{ label_lineage.trim_blanks('text') }}", {"  a b ": "a b", "\ta ": "\ta", "a\n": "a\n"}),
    "matches": (
        yes_or_no("{{ label_lineage.matches('text', '[a-c]+|d') }}"),
        {"abc": "yes", "d": "yes", "abd": "no", "A": "no", "": "no", "a\n": "no"},
    ),
    "edit_distance": (
        AS_TEXT.format("{{ label_lineage.edit_distance('text', 'other') }}"),
        {("kitten", "sitting"): "3", ("roof", "roof"): "0", ("Dächer", "Dach"): "3", ("日本", "日本語"): "1", ("🎈", "a"): "1"},
    ),
    "literal": (
        # The question is the answer: a text in the statement against the same in the table.
        yes_or_no("text = {{ label_lineage.literal(\"it's \\\\ {{ x }} %s ä ${y} --\") }}"),
        {"it's \\ {{ x }} %s ä ${y} --": "yes", "its": "no"},
    ),
    # md5 of `1:a` `N`, and so on: NULL and an empty text differ, and no text can pose as two.
    "hash_columns": (
        "{{ label_lineage.hash_columns(['text', 'other']) }}",
        {
            ("a", "bc"): "@1:a2:bc", ("ab", "c"): "@2:ab1:c", ("a", None): "@1:aN", ("a", ""): "@1:a0:",
            ("日本", "ä"): "@2:日本1:ä", ("🎈", "'\\"): "@1:🎈2:'\\",
        },
    ),  # fmt: skip
    "hash_number": (
        AS_TEXT.format("{{ label_lineage.hash_number('text') }}"),
        {"0": "0", "ff": "255", "7fffffffffffff0": "576460752303423472", "fffffffffffffff": "1152921504606846975"},
    ),
    # JSON and lists.
    "json_value": (
        "{{ label_lineage.json_value('text', 'k') }}",
        {'{"k": "a"}': "a", '{"k": "ä\\n\\"q\\""}': 'ä\n"q"', '{"x": 1}': None, '{"k": "1.50"}': "1.50"},
    ),
    "json_quote": (
        "{{ label_lineage.json_quote('text') }}",
        {
            "a": '"a"', 'q"': '"q\\""', "\\": '"\\\\"', "\n\t\r\b\f": '"\\n\\t\\r\\b\\f"', "\x01\x1f": '"\\u0001\\u001F"',
            "ä日🎈": '"ä日🎈"', "\x7f\u2028": '"\x7f\u2028"', "/": '"/"',
        },
    ),  # fmt: skip
    "compact_json": (
        "{{ label_lineage.compact_json('text') }}",
        {'{ "a b" : [1, 2] }': '{"a b":[1,2]}', '["x\\" y" , 1]': '["x\\" y",1]', "[\n]": "[]"},
    ),
    "json_texts, list_json": (
        f"{{{{ label_lineage.list_json({LIST}) }}}}",
        {
            '["null", "b", "a"]': '["null","b","a"]', "[]": "[]", '["\\u00e4", "q\\"", ""]': '["ä","q\\"",""]',
            '["🎈\\ud83c\\udf88", "\\u001f\\u2028", "\\n"]': '["🎈🎈","\\u001F\u2028","\\n"]',
        },
    ),
    "list_text": (
        f"{{{{ label_lineage.list_text({LIST}) }}}}",
        {'["b", "aa"]': "1:b2:aa", "[]": "", '["", "日"]': "0:1:日"},
    ),
    "list_size": (AS_TEXT.format(f"{{{{ label_lineage.list_size({LIST}) }}}}"), {'["b", "aa"]': "2", "[]": "0"}),
    "list_contains": (
        yes_or_no(f"{{{{ label_lineage.list_contains({LIST}, 'other') }}}}"),
        {('["b", "aa"]', "b"): "yes", ('["b", "aa"]', "a"): "no", ("[]", "a"): "no"},
    ),
    # Sorted by code points: capitals before small letters, both before umlauts.
    "list_distinct": (
        f"{{{{ label_lineage.list_json(label_lineage.list_distinct({LIST})) }}}}",
        {'["b", "a", "B", "b", "ä", "Z", "_"]': '["B","Z","_","a","b","ä"]', "[]": "[]"},
    ),
    "list_minus": (
        "{{ label_lineage.list_json(label_lineage.list_minus(label_lineage.json_texts('text'), label_lineage.json_texts('other'))) }}",
        {('["a", "b", "c"]', '["b"]'): '["a","c"]', ('["a"]', "[]"): '["a"]', ('["a"]', '["a"]'): "[]"},
    ),
    "list_of": ("{{ label_lineage.list_json(label_lineage.list_of('text')) }}", {"a": '["a"]', 'q"': '["q\\""]'}),
    "empty_list": ("{{ label_lineage.list_json(label_lineage.empty_list()) }}", {"a": "[]"}),
}  # fmt: skip

# Macro: a query over the subquery `asked`, whose rows have `text` and `other`; answers by the questions' texts.
QUERIES = {
    "list_agg": (
        "select {{ label_lineage.list_json('texts') }} || {{ label_lineage.list_json('others') }} as answer from ("
        "select {{ label_lineage.list_agg('text') }} as texts, {{ label_lineage.list_agg('distinct other') }} as others"
        " from {{ asked }}) as lists",
        [("b", "x"), ("B", None), ("ä", "x"), ("a", "Y"), (None, "x")],
        ['["B","a","b","ä"]["Y","x"]'],
    ),
    "text_agg, text_order": (
        "select {{ label_lineage.text_agg('text', '; ', label_lineage.text_order('text')) }} as answer from {{ asked }}",
        [
            ("b", None),
            ("Z", None),
            ("ä", None),
            ("_", None),
            ("a", None),
            (" ", None),
            ("\U0001f388", None),
            ("\uffff", None),
        ],
        [" ; Z; _; a; b; ä; \uffff; \U0001f388"],
    ),
    "text_order": (
        "select text as answer from (select text, row_number() over (order by {{ label_lineage.text_order('text') }}) as place from {{ asked }}) as placed where place <= 3",
        [("b", None), ("a", None), ("B", None), ("é", None)],
        ["B", "a", "b"],
    ),
    "text_min": (
        "select {{ label_lineage.text_min('text') }} as answer from {{ asked }}",
        [("b", None), ("a", None), ("B", None), ("ä", None), (None, None)],
        ["B"],
    ),
    "text_max": (
        "select {{ label_lineage.text_max('text') }} as answer from {{ asked }}",
        [("b", None), ("a", None), ("B", None), ("ä", None), (None, None)],
        ["ä"],
    ),
    "text_of_most": (
        "select {{ label_lineage.text_of_most('text', 'cast(other as ' ~ dbt.type_bigint() ~ ')') }} as answer from {{ asked }}",
        [("b", "9"), ("ä", "10"), ("B", "0"), ("c", None), (None, None)],
        ["ä"],
    ),
    "unnest_list": (
        "select other || item as answer from ({{ label_lineage.unnest_list('(select other, ' ~ label_lineage.json_texts('text') ~ ' as items from ' ~ asked ~ ') as lists', 'items', ['other']) }}) as unnested",
        [('["a", "b", "a"]', "1"), ("[]", "2"), ('["c"]', "3")],
        ["1a", "1a", "1b", "3c"],
    ),
    "json_array_rows": (
        "select cast(place as {{ dbt.type_string() }}) || ' ' || item as answer from ({{ label_lineage.json_array_rows(asked, 'text', ['other']) }}) as items",
        [('["b", "ä\\n"]', None), ("[]", None)],
        ["1 b", "2 ä\n"],
    ),
    "json_object_rows": (
        "select cast(place as {{ dbt.type_string() }}) || ' ' || item as answer from ({{ label_lineage.json_object_rows(asked, 'text', ['other']) }}) as items",
        [('[{"a": 1.50}, {"b": "}\\"{"}]', None), ("[]", None)],
        ['1 {"a": 1.50}', '2 {"b": "}\\"{"}'],
    ),
    "split_rows": (
        "select cast(place as {{ dbt.type_string() }}) || ' ' || item as answer from ({{ label_lineage.split_rows(asked, 'text', ',', ['other']) }}) as parts",
        [("1.50,,2", None)],
        ["1 1.50", "2 ", "3 2"],
    ),
    "number_rows": (
        "select other || cast(number as {{ dbt.type_string() }}) as answer from ({{ label_lineage.number_rows(asked, 'cast(text as ' ~ dbt.type_bigint() ~ ')', 'cast(text as ' ~ dbt.type_bigint() ~ ') + length(other) - 2', ['other']) }}) as numbers",
        [("-1", "abc"), ("7", "x"), ("3", "xy")],
        ["abc-1", "abc0", "xy3"],
    ),
    # The same for the same row alone.
    "row_digest": (
        "select cast(count(distinct {{ label_lineage.row_digest(['text', 'other']) }}) as {{ dbt.type_string() }}) as answer from {{ asked }}",
        [("a", "a"), ("a", "a"), ("a", "b"), ("b", "a"), ("a", None), (None, "a"), ("a", "")],
        ["6"],
    ),
    # Group and place; score and corners. Boxes that overlap by more than three tenths are one at the mean of their
    # corners, weighted by score and rounded half up; a box that fits two others equally well joins the older,
    # and one of score 0 moves none.
    "fuse_boxes": (
        "with boxes as (select"
        "{% for name in ['group_number', 'place'] %}"
        " cast({{ dbt.split_part('text', \"' '\", loop.index) }} as {{ dbt.type_bigint() }}) as {{ name }},"
        "{% endfor %}"
        "{% for name in ['score', 'x1', 'y1', 'x2', 'y2'] %}"
        " {{ label_lineage.wide(dbt.split_part('other', \"' '\", loop.index)) }} as {{ name }},"
        "{% endfor %}"
        " count(*) over (partition by {{ dbt.split_part('text', \"' '\", 1) }}) as n_boxes from {{ asked }})"
        " select cast(group_number as {{ dbt.type_string() }})"
        "{% for name in ['cluster', 'members', 'score', 'x1', 'y1', 'x2', 'y2'] %}"
        " || ' ' || cast({{ name }} as {{ dbt.type_string() }})"
        "{% endfor %} as answer from ({{ label_lineage.fuse_boxes('boxes', 0.3) }}) as fused",
        [
            ("1 1", "3000000 0 0 10000000 10000000"),
            ("1 2", "2000000 1000001 0 11000000 10000000"),
            ("1 3", "1000000 9000000 0 19000000 10000000"),
            ("2 1", "1000000 0 0 4000000 4000000"),
            ("2 2", "1000000 4000000 0 8000000 4000000"),
            ("2 3", "1000000 2000000 0 6000000 4000000"),
            ("3 1", "1000000 5 5 5 5"),
            ("4 1", "0 0 0 10 10"),
            ("4 2", "0 1 0 11 10"),
        ],
        [
            "1 1 1,2 5000000 400000 0 10400000 10000000",
            "1 3 3 1000000 9000000 0 19000000 10000000",
            "2 1 1,3 2000000 1000000 0 5000000 4000000",
            "2 2 2 1000000 4000000 0 8000000 4000000",
            "3 1 1 1000000 5 5 5 5",
            "4 1 1,2 0 0 0 10 10",
        ],
    ),
    # 2 to the power of 5, by five rounds.
    "iterate": (
        "select cast(reached as {{ dbt.type_string() }}) as answer from ({{ label_lineage.iterate("
        "'select 1 as round, 2 as reached', 'select round + 1 as round, reached * 2 as reached from __previous__ as previous', 5) }}) as rounds",
        [("-", None)],
        ["32"],
    ),
}


def questions():
    """The rows of the table of questions: macro, text and other."""
    rows = []
    for macro, (_, answers) in SCALARS.items():
        rows += [[macro, *(key if isinstance(key, tuple) else (key, None))] for key in answers]
    for macro, (_, asked, _) in QUERIES.items():
        rows += [[macro, *pair] for pair in asked]
    return rows


def statement(macro: str) -> str:
    """The query in Jinja that gives a macro's answers, with the questions where they belong to one."""
    asked = f"(select text, other from raw.questions where macro = '{macro}') as asked"
    query = (
        QUERIES[macro][0]
        if macro in QUERIES
        else f"select text as question, other, {SCALARS[macro][0]} as answer from {{{{ asked }}}}"
    )
    return f'{{% set asked = "{asked}" %}}{query}'


def compiled(engine) -> dict[str, str]:
    """The SQL of every macro as the engine's own adapter writes it, in one run of dbt."""
    statements = {macro: statement(macro) for macro in [*SCALARS, *QUERIES]}
    if engine.environment.get("LABEL_LINEAGE_TARGET") == "bigquery":
        statements[FUNCTION] = "{{ label_lineage.create_fusion_function() }}"
    parts = [f"{{% raw %}}--- {name}{{% endraw %}}\n{text}" for name, text in statements.items()]
    output = engine.dbt(
        "--quiet", "compile", "--inline", "\n".join(parts), settings={"label_nodes": ["raw.questions"]}
    )
    found = output[output.index("--- ") :].split("--- ")[1:]
    return {part.split("\n", 1)[0]: part.split("\n", 1)[1] for part in found}


def wanted_answers(macro: str) -> list[tuple]:
    """What a macro's query must give, in order."""
    import hashlib

    if macro in QUERIES:
        return sorted((answer,) for answer in QUERIES[macro][2])
    rows = []
    for key, answer in SCALARS[macro][1].items():
        if answer and answer.startswith("@"):
            answer = hashlib.md5(answer[1:].encode()).hexdigest()
        rows.append((*(key if isinstance(key, tuple) else (key, None)), answer))
    return sorted(rows, key=repr)


# What BigQuery is asked to make first; a run's hook does that elsewhere.
FUNCTION = "the function that fuse_boxes calls"
# What the stand-in for a service is known to answer wrongly; once it no longer does, the test fails.
GAPS = {
    "snowflake": {
        "share": "fakesnow cuts off the zeros at a decimal's end but not the point",
        "decimal_text": "the same",
        "decimal_text of a text": "the same",
        "millionths_text": "the same",
        "whole_quotient": "fakesnow divides decimals as floats",
        "edit_distance": "fakesnow counts bytes",
        "sum_of_parts": "fakesnow has no `reduce` of a list that was split",
        "list_distinct": "fakesnow takes its own JSON for no list",
    },
}


@pytest.mark.parametrize("engine_name", ["duckdb", *ENGINES])
def test_every_macro_gives_the_same_answers(engine_name, request):
    """All questions to all macros, on every engine."""
    engine = request.getfixturevalue(f"new_{engine_name}")()
    engine.create("raw.questions", dict.fromkeys(["macro", "text", "other"], "varchar"), questions())
    if engine_name == "postgres":
        engine.query("create schema label_lineage")
        engine.query("create extension fuzzystrmatch schema label_lineage")
    wrong, statements = {}, compiled(engine)
    if FUNCTION in statements:
        engine.query(statements.pop(FUNCTION))
    for macro, sql in statements.items():
        try:
            found = sorted(engine.query(sql), key=repr)
        except Exception as error:
            wrong[macro] = str(error)[:500]
            continue
        wanted = wanted_answers(macro)
        if found != wanted:
            extra = list(itertools.filterfalse(wanted.__contains__, found))
            lacking = list(itertools.filterfalse(found.__contains__, wanted))
            wrong[macro] = f"gave {extra}, not {lacking}"
    assert set(wrong) == set(GAPS.get(engine_name, {})), "\n".join(map(": ".join, wrong.items()))


def test_no_macro_is_left_out():
    """Whatever dispatches in macros/engine is asked here, or is named with the reason why not."""
    elsewhere = {
        "check_rounds": "gives no value; Athena's test is test_trino.py's",
        "evaluated_once": "ends a subquery and gives no value",
        "first_group": "of two engines alone, through to_instant",
        "read_timestamp": "of two engines alone, through to_instant",
        "has_control_characters": "through json_quote",
        "identifier": "through the inputs that tests name",
        "instant_of": "of two engines alone, through to_instant",
        "list_from": "through the inputs that tests name",
        "looked_up": "a hint that gives no value",
        "plan_for_joins": "a setting that gives no value",
        "plan_for_walks": "a setting that gives no value",
        "sweep_order": "a part of a window, through the shapes",
        "text_of": "of two engines alone, through to_instant",
        "type_decimal": "through share",
        "type_double": "a type",
        "type_instant": "a type",
        "wide": "through whole_quotient",
    }
    dispatched = set()
    for path in (REPOSITORY / "macros" / "engine").glob("*.sql"):
        for part in path.read_text().split("adapter.dispatch('")[1:]:
            dispatched.add(part.split("'")[0])
    asked = {name for macro in [*SCALARS, *QUERIES] for name in macro.split(" ")[0].split(", ")}
    asked |= {name for macro in [*SCALARS, *QUERIES] for name in macro.replace(",", "").split()}
    assert dispatched - asked == set(elsewhere)
