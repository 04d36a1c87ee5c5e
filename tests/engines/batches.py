"""Labels as awkward as they come, in two batches, the second with late ones."""
# ruff: noqa: E501  One line per kind of case reads better than one per value.

from __future__ import annotations

from typing import Any

COLUMNS = [
    "node_id", "parent_id", "parent_ids", "feature_id", "task", "label", "annotator_id",
    "created_at", "recorded_at", "split_group", "source", "attributes",
]  # fmt: skip
TEXT = dict.fromkeys(COLUMNS, "varchar")

# Texts that an engine may sort, fold, quote or escape in its own way.
TEXTS = [
    "a", "A", "b", "B", "Z", "z", "_", "-", " ", "", "a b", "ab", "a-b", "Ä", "ä", "ß", "ẞ", "İ", "ı", "é", "e\u0301",
    "日本", "🎈", "\uffff", "\U0010ffff", "'", '"', "\\", "\\u001f", "\\\\", "\\n", "\n", "\t", "\r", "\b", "\f", "\v", "\x01", "\x1f",
    "\x7f", "\x85", "\u2028", "%s", "%%", "{{ x }}", "a'b", 'a"b', "a\\'b", "/", "</script>", "null", "NULL", "N", "0", "1.0",
]  # fmt: skip

# Time stamps to read, to move to UTC, and to refuse.
INSTANTS = [
    "2024-01-02", "2024-1-2", "2024/01/02", " 2024-01-02", "2024-01-02 ", "2024-01-02 10:00", "2024-01-02T10", "2024-01-02 1:00:00",
    "2024-01-02 10:00:00.", "2024-01-02 10:00:00.1", "2024-01-02 10:00:00.123456789", "2024-01-02 10:00:00.1234565", "2024-01-02T10:00:00Z",
    "2024-01-02 10:00Z", "2024-01-02 10:00:00z", "2024-01-02 10:00:00 Z", "2024-01-02 10:00:00+05", "2024-01-02 10:00:00+5",
    "2024-01-02 10:00:00+0530", "2024-01-02 10:00:00-05:30", "2024-01-02 10:00:00.123456+05:30", "2024-01-02 10:00:00+14:59",
    "2024-01-02 10:00:00+15:00", "2024-01-02 10:00:00+05:30:15", "2024-01-02 10:00:00+05:99", "2024-01-02 24:00:00", "2024-01-02 10:00:60",
    "2024-01-02 10:00:00 UTC", "2024-01-02 10:00:00 Europe/Berlin", "2024-02-29", "2023-02-29", "2024-02-30", "2024-04-31", "2024-13-01",
    "2024-00-01", "2024-01-00", "2024-01-32", "2024-01", "20240102", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01",
    "-0044-03-15", "epoch", "infinity", "-infinity", "now", "today", "yesterday", "2024-01-02 (BC)", "2024-01-02 BC", "", " ", "x", "1704186000",
    "2024-01-02 10:00:00\n", "2024-01-02\t10:00:00", "2024-03-31 02:30:00", "2024-03-10 02:30:00", "2024-11-03 01:30:00", "2024-01-02Z",
    "02/01/2024", "02.01.2024", "2024-01-02t10:00:00", "2024-01-02 10:00:00,5", "٢٠٢٤-٠١-٠٢", "2024-01-02 10:00:00 AM", "J2451187",
]  # fmt: skip

NUMBERS = [
    "1", "-1", "+1", "1.", ".5", ".", "1e5", "1E-5", "1e28", "1e29", "1e999", "1e-999", "1e1000", "0e999", "1_000", "0x10", "1,5", "inf", "NaN",
    "Infinity", "", " 1 ", "\t1", "1\n", "--1", "1e", "1e1.5", "99999999999999999999999999999.9999999994", "99999999999999999999999999999.9999999995",
    "000000000000000000000000000000000000000000001", "٣", "true", "1 000", "0.0000000000000000000000000000001", "-0", "1.50", "1.5",
]  # fmt: skip

# Parents as arrays in text, good and bad.
PARENTS = [
    "[]", " [ ] ", '["t0"]', '["t0", "t1"]', '["t0","t0"]', '["t0", null]', "[null]", '[""]', "[1, 2]", "[1.0]", "[true]", "null", "{}", '{"a": 1}', '"t0"',
    "t0", "", " ", "[", '["t0"', '["t0",]', "['t0']", '["a\\"b", "\\\\", "\\u00e4", "\\ud83c\\udf88"]', '["\\ud83c"]', '["a\nb"]', '["\\x"]', "[01]",
    '["\\u0000"]', '["\\u0041"]', "[NaN]", "[1e5]", "[-1]", '[["t0"]]', '[{"a": 1}]', '["\x7f\u0085"]', '["t0"] x', '\t["t0"\n,\r"t1"]',
]  # fmt: skip


def row(**values: Any) -> list[Any]:
    """One raw row; what is not given is NULL."""
    return [values.get(column) for column in COLUMNS]


def first_batch() -> list[list[Any]]:
    """Votes that tie under every rule, and each awkward value in the columns that take it."""
    rows = []
    for number, text in enumerate(TEXTS):
        # Two labels per feature, so that which wins a tie, and how votes print, depends on their order.
        for place, label in enumerate((text, TEXTS[number - 7])):
            rows.append(
                row(
                    node_id=f"t{number}{'-_aA'[place]}", feature_id=f"feature {text}", task="text", label=label,
                    annotator_id=f"who {text}", created_at="2024-01-05 10:00:00", split_group=text, source=text, attributes=text,
                )
            )  # fmt: skip
        rows.append(
            row(
                node_id=f"t{number}",
                feature_id=f"chain {number}",
                task="text",
                label=text,
                created_at="2024-01-06",
            )
        )
    for number, instant in enumerate(INSTANTS):
        rows.append(
            row(
                node_id=f"made {number}",
                feature_id=f"made {number}",
                task="time",
                label="x",
                created_at=instant,
            )
        )
        rows.append(
            row(
                node_id=f"kept {number}",
                feature_id=f"kept {number}",
                task="time",
                label="x",
                created_at="2024-01-01",
                recorded_at=instant,
            )
        )
    for number, text in enumerate(NUMBERS):
        rows.append(
            row(
                node_id=f"n{number}",
                feature_id=f"n{number}",
                task="number",
                label=text,
                created_at="2024-01-07",
            )
        )
    for number, parents in enumerate(PARENTS):
        rows.append(
            row(
                node_id=f"c{number}", parent_id="also", parent_ids=parents, feature_id="chain 0", task="text",
                label="corrected", annotator_id="model:a" if number % 2 else "bo", created_at=f"2024-01-08 10:{number:02d}:00",
            )
        )  # fmt: skip
    rows += [
        row(),
        row(node_id="alone"),
        row(node_id="t0", feature_id="chain 0", task="text", label="something else", created_at="2024-01-06"),
        row(
            node_id="ring a",
            parent_id="ring b",
            feature_id="ring",
            task="text",
            label="x",
            created_at="2024-01-09",
        ),
        row(
            node_id="ring b",
            parent_id="ring a",
            feature_id="ring",
            task="text",
            label="y",
            created_at="2024-01-09",
        ),
        row(
            node_id="self",
            parent_id="self",
            feature_id="ring",
            task="text",
            label="y",
            created_at="2024-01-09",
        ),
        row(
            node_id="stranger",
            parent_id="t0",
            feature_id="other",
            task="text",
            label="y",
            created_at="2024-01-09",
        ),
        row(
            node_id="waits",
            parent_id="late parent",
            feature_id="late",
            task="text",
            label="y",
            created_at="2024-01-09",
        ),
        row(
            node_id="long " + "x" * 5000,
            feature_id="long " + "y" * 5000,
            task="text",
            label="z" * 5000,
            created_at="2024-01-09",
        ),
    ]
    return rows


def second_batch() -> list[list[Any]]:
    """The first again, and what came since: late labels, corrections, merges, retractions, a parent that was awaited."""
    rows = first_batch()
    for number in range(0, 24, 3):
        text = TEXTS[number]
        # Recorded before the first cutoff, arrived after it was frozen.
        rows.append(
            row(
                node_id=f"late {number}",
                feature_id=f"feature {text}",
                task="text",
                label="late",
                created_at="2024-01-10",
            )
        )
        rows.append(
            row(
                node_id=f"merge {number}", parent_ids=f'["t{number}-", "t{number}_"]', feature_id=f"feature {text}", task="text",
                label=TEXTS[number + 1], annotator_id="cleo", created_at="2024-02-15 08:00:00+02:00",
            )
        )  # fmt: skip
        rows.append(
            row(
                node_id=f"gone {number}",
                parent_id=f"t{number + 1}-",
                feature_id=f"feature {TEXTS[number + 1]}",
                task="text",
                created_at="2024-02-16",
            )
        )
    rows.append(
        row(node_id="late parent", feature_id="late", task="text", label="n", created_at="2024-01-20")
    )
    return rows


SETTINGS = {
    "label_nodes": ["raw.labels"],
    "dataset_versions": "raw.versions",
    "model_annotators": ["model:*"],
    "datasets": [
        {"name": "queue", "task": "text"},
        {"name": "latest_wins", "task": "text", "consolidation": "latest"},
        {"name": "smallest", "task": "text", "ties": "smallest"},
        {"name": "largest", "task": "text", "ties": "largest"},
        {"name": "newest", "task": "text", "ties": "latest"},
        {"name": "attention", "task": "text", "weight": "attention"},
        {"name": "roots", "task": "text", "weight": "independent_roots", "ties": "smallest"},
        {"name": "baseline", "task": "text", "consolidation": "all_labels", "ties": "smallest"},
        {"name": "times", "task": "time"},
        {"name": "numbers", "task": "number", "kind": "number", "consolidation": "latest"},
    ],
}


def load(engine, number: int) -> None:
    """Put batch 1 or 2 into the tables that the settings name; the second declares a second version."""
    cutoffs = {"v1": "2024-01-31 23:59:59", "v2": "2024-02-29 23:59:59.999999"}
    versions = [
        [dataset["name"], version, cutoff]
        for dataset in SETTINGS["datasets"]
        for version, cutoff in list(cutoffs.items())[:number]
    ]
    engine.create("raw.labels", TEXT, [first_batch, second_batch][number - 1]())
    engine.create("raw.versions", {"dataset": "varchar", "version": "varchar", "as_of": "varchar"}, versions)
