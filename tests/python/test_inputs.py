"""Label nodes arrive as files of many kinds and as relations, and always mean the same."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import duckdb
import pytest
import yaml
from warehouse import REPOSITORY, Warehouse

ROWS = [
    {
        "node_id": "1",
        "feature_id": "10",
        "label": "cat",
        "annotator_id": "ann",
        "created_at": "2024-01-05 10:00:00",
    },
    {
        "node_id": "2",
        "feature_id": "10",
        "label": "a, \"b\"\n; 'c'",
        "created_at": "2024-01-05 12:00:00+02:00",
    },
    {"node_id": "3", "feature_id": "10", "label": "2024-01-01", "created_at": "2024-01-05T10:00:00Z"},
    {"node_id": "4", "feature_id": "11", "label": "007", "created_at": "2024-01-05", "parent_id": None},
    {"node_id": "5", "feature_id": "11", "label": None, "created_at": "2024-01-06", "parent_id": "4"},
    {"node_id": "#6", "feature_id": "12", "label": "caf\u00e9", "created_at": "2024-01-05 00:00:00.123456"},
]
COLUMNS = ["node_id", "parent_id", "feature_id", "label", "annotator_id", "created_at"]
EXPECTED = [
    ("#6", [], "12", "caf\u00e9", None, "2024-01-05 00:00:00.123456"),
    ("1", [], "10", "cat", "ann", "2024-01-05 10:00:00"),
    ("2", [], "10", "a, \"b\"\n; 'c'", None, "2024-01-05 10:00:00"),
    ("3", [], "10", "2024-01-01", None, "2024-01-05 10:00:00"),
    ("4", [], "11", "007", None, "2024-01-05 00:00:00"),
    ("5", ["4"], "11", None, None, "2024-01-06 00:00:00"),
]


def write_parquet(path: Path, rows: list[dict]) -> None:
    """All columns as text."""
    values = [[row.get(column) for column in COLUMNS] for row in rows]
    with duckdb.connect() as connection:
        connection.execute(f"create table rows ({', '.join(f'{column} varchar' for column in COLUMNS)})")
        connection.executemany("insert into rows values (?, ?, ?, ?, ?, ?)", values)
        connection.execute(f"copy rows to '{path}' (format parquet)")


def write_csv(path: Path, rows: list[dict], separator: str = ",") -> None:
    """As Python's csv module writes it."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)


def write_json(path: Path, rows: list[dict]) -> None:
    """One array, or one object per line; what is NULL is left out."""
    rows = [{key: value for key, value in row.items() if value is not None} for row in rows]
    lines = path.suffix in (".jsonl", ".ndjson") or path.name.endswith(".jsonl.gz")
    text = "\n".join(map(json.dumps, rows)) if lines else json.dumps(rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


FILES = {
    "labels.parquet": write_parquet,
    "labels.csv": write_csv,
    "labels.csv.gz": write_csv,
    "semicolon.csv": lambda path, rows: write_csv(path, rows, ";"),
    "tab.csv": lambda path, rows: write_csv(path, rows, "\t"),
    "labels.json": write_json,
    "labels.jsonl": write_json,
    "labels.ndjson": write_json,
    "labels.jsonl.gz": write_json,
}


def nodes(warehouse: Warehouse) -> list[tuple]:
    """What was admitted."""
    return warehouse.query("""
        select node_id, parent_ids, feature_id, label, annotator_id, cast(created_at as varchar)
        from label_nodes order by node_id
    """)


def test_every_file_format_says_the_same(warehouse):
    """Parquet, CSV with three separators, JSON and JSON lines, packed or not: the same labels."""
    for name, write in FILES.items():
        write(warehouse.folder / name, ROWS)
    paths = [str(warehouse.folder / name) for name in FILES]
    warehouse.settings["label_nodes"] = paths
    warehouse.build("--select", "+label_nodes", "+rejected_label_nodes")
    assert nodes(warehouse) == EXPECTED
    assert warehouse.query("select count(*) from rejected_label_nodes") == [(0,)]
    # One content came from all of them: no file says anything else.
    assert warehouse.query("select count(*) from stg_label_nodes") == [(len(FILES) * len(ROWS),)]


def test_inputs_may_differ_in_columns_and_types(warehouse):
    """Optional columns may be absent, ids may be numbers, names capitals; extra columns are ignored."""
    folder = warehouse.folder
    duckdb.sql(f"""
        copy (
            select
                1 as NODE_ID, 2 as Feature_Id, 7.50::decimal(9, 2) as label,
                date '2024-01-05' as created_at, [0, 9] as parent_ids, 'x' as extra
        ) to '{folder}/numbers.parquet' (format parquet)
    """)
    (folder / "recorded.csv").write_text("label,recorded_at,feature_id,node_id\ncat,2024-02-05 10:00,3,n3\n")
    late = {
        "node_id": "n4",
        "feature_id": "3",
        "label": {"boxes": [1]},
        "created_at": "2024-01-01",
        "source": "lab",
    }
    write_json(
        folder / "late.jsonl",
        [
            *(
                {"node_id": n, "feature_id": "3", "label": "x", "created_at": "2024-01-01"}
                for n in range(100, 25_000)
            ),
            late,
        ],
    )
    warehouse.execute("""
        create schema raw;
        create table raw.labels as
        select
            'n5' as node_id, 'f' as feature_id, 'red'::enum('red', 'blue') as label, 'walls' as task,
            timestamptz '2024-03-05 10:00:00+02' as created_at,
            timestamp_ns '2024-03-06 10:00:00' as recorded_at,
            'scene' as split_group, {'tool': 'pen'} as attributes
    """)
    warehouse.settings["label_nodes"] = [
        str(folder / "*.parquet"),
        str(folder / "*.csv"),
        str(folder / "*.jsonl"),
        "raw.labels",
    ]
    warehouse.build()
    assert warehouse.query("""
        select node_id, feature_id, task, label, parent_ids, source, attributes,
            cast(created_at as varchar), cast(recorded_at as varchar)
        from label_nodes where length(node_id) < 3 order by node_id
    """) == [
        ("1", "2", "default", "7.50", ["0", "9"], None, None, "2024-01-05 00:00:00", "2024-01-05 00:00:00"),
        ("n3", "3", "default", "cat", [], None, None, None, "2024-02-05 10:00:00"),
        (
            "n4",
            "3",
            "default",
            '{"boxes":[1]}',
            [],
            "lab",
            None,
            "2024-01-01 00:00:00",
            "2024-01-01 00:00:00",
        ),
        ("n5", "f", "walls", "red", [], None, '{"tool":"pen"}', "2024-03-05 08:00:00", "2024-03-06 10:00:00"),
    ]
    assert warehouse.query("select count(*) from label_nodes") == [(24_904,)]
    assert warehouse.query("select count(*) from training_set where dataset = 'walls'") == [(2,)]


def test_parents_in_every_shape(warehouse):
    """One row per parent, an array, the text of a JSON array, or both columns: no parent is lost."""
    folder = warehouse.folder
    made = {"feature_id": "f", "label": "cat", "created_at": "2024-01-06"}
    write_json(
        folder / "arrays.jsonl",
        [
            {**made, "node_id": "array", "parent_ids": ["p", "q"]},
            {**made, "node_id": "array of numbers", "parent_ids": [1, 2]},
            {**made, "node_id": "text", "parent_ids": '["p", "q"]'},
            {**made, "node_id": "empty", "parent_ids": []},
            {**made, "node_id": "both", "parent_ids": ["p"], "parent_id": "q"},
            {**made, "node_id": "empty and one", "parent_ids": [], "parent_id": "q"},
            {**made, "node_id": "one", "parent_id": "q"},
            {**made, "node_id": "no array", "parent_ids": "p, q"},
            {**made, "node_id": "an object", "parent_ids": {"p": 1}},
        ],
    )
    (folder / "rows.csv").write_text(
        "node_id,parent_id,parent_ids,feature_id,label,created_at\n"
        "rows,p,,f,cat,2024-01-06\n"
        "rows,q,,f,cat,2024-01-06\n"
        'csv,,"[""p"",""q""]",f,cat,2024-01-06\n'
    )
    duckdb.sql(f"""
        copy (
            select 'list' as node_id, ['q', 'p', 'p'] as parent_ids, 'f' as feature_id, 'cat' as label,
                timestamp '2024-01-06' as created_at
            union all select 'empty list', [], 'f', 'cat', timestamp '2024-01-06'
            union all select 'null list', null, 'f', 'cat', timestamp '2024-01-06'
        ) to '{folder}/lists.parquet' (format parquet)
    """)
    warehouse.settings["label_nodes"] = [
        str(folder / "arrays.jsonl"),
        str(folder / "rows.csv"),
        str(folder / "lists.parquet"),
    ]
    warehouse.build("--select", "+label_nodes", "+rejected_label_nodes")
    parents = dict(warehouse.query("select node_id, parent_ids from label_nodes"))
    both = ["p", "q"]
    assert parents == {
        "array": both,
        "array of numbers": ["1", "2"],
        "text": both,
        "empty": [],
        "both": both,
        "empty and one": ["q"],
        "one": ["q"],
        "rows": both,
        "csv": both,
        "list": both,
        "empty list": [],
        "null list": [],
    }
    assert warehouse.query("select node_id, reason from rejected_label_nodes order by 1") == [
        ("an object", "invalid_parent_ids"),
        ("no array", "invalid_parent_ids"),
    ]


TIMES = {
    "2024-01-05 10:00:00": "2024-01-05 10:00:00",
    "2024-01-05T10:00:00": "2024-01-05 10:00:00",
    "2024-01-05T10:00:00Z": "2024-01-05 10:00:00",
    "2024-01-05T10:00:00.5Z": "2024-01-05 10:00:00.5",
    "2024-01-05 10:00:00+00": "2024-01-05 10:00:00",
    "2024-01-05 10:00:00-05": "2024-01-05 15:00:00",
    "2024-01-05 10:00:00 +05:30": "2024-01-05 04:30:00",
    "2024-01-05T10:00:00+0530": "2024-01-05 04:30:00",
    "2024-01-05T10:00+02:00": "2024-01-05 08:00:00",
    "2024-01-05 10:00": "2024-01-05 10:00:00",
    "2024-01-05 10:00:00.25 UTC": "2024-01-05 10:00:00.25",
    "2024/1/5 9:00": "2024-01-05 09:00:00",
    "2024-01-05": "2024-01-05 00:00:00",
    "2024-07-05 10:00:00": "2024-07-05 10:00:00",
}


# DuckDB alone would read the last two as ten o'clock.
BAD_TIMES = [
    "05.01.2024",
    "yesterday",
    "1704448800",
    "2024-13-01",
    "10:00",
    "2024-01-05 10:00 PM",
    "2024-01-05 10:00:00 Europe/Berlin",
]


@pytest.mark.long
def test_session_time_zone_does_not_matter(tmp_path):
    """A consumer's profile may set any zone: text without an offset is UTC, everything else has its own."""
    built = Warehouse(tmp_path, profiles=tmp_path)
    profile = yaml.safe_load((REPOSITORY / "profiles.yml").read_text())
    profile["label_lineage"]["outputs"]["duckdb"]["settings"]["TimeZone"] = "Asia/Tokyo"
    (tmp_path / "profiles.yml").write_text(yaml.safe_dump(profile))
    # A label that says which zone dbt's session has, or the test would say nothing.
    built.execute("""
        create view zone as
        select 'zone' as node_id, 'f' as feature_id, current_setting('TimeZone') as label,
            date '2024-01-05' as created_at
    """)
    rows = [
        {"node_id": f"t{n}", "feature_id": "f", "label": "cat", "created_at": text}
        for n, text in enumerate(TIMES)
    ]
    bad = [
        {"node_id": f"bad{n}", "feature_id": "f", "label": "cat", "created_at": text}
        for n, text in enumerate(BAD_TIMES)
    ]
    write_csv(tmp_path / "labels.csv", [*rows, *bad])
    write_json(tmp_path / "labels.jsonl", [*rows, *bad])
    duckdb.sql(f"""
        set timezone = 'America/New_York';
        copy (
            select 'tz' as node_id, 'f' as feature_id, 'cat' as label,
                timestamptz '2024-01-05 10:00:00-05' as created_at
        ) to '{tmp_path}/tz.parquet' (format parquet);
        copy (
            select 'naive' as node_id, 'f' as feature_id, 'cat' as label,
                timestamp '2024-01-05 10:00:00' as created_at
        ) to '{tmp_path}/naive.parquet' (format parquet);
        copy (
            select 'date' as node_id, 'f' as feature_id, 'cat' as label, date '2024-01-05' as created_at
        ) to '{tmp_path}/date.parquet' (format parquet);
    """)
    names = ["labels.csv", "labels.jsonl", "tz.parquet", "naive.parquet", "date.parquet"]
    built.settings["label_nodes"] = [*(str(tmp_path / name) for name in names), "zone"]
    built.build()
    assert built.query("select label from label_nodes where node_id = 'zone'") == [("Asia/Tokyo",)]
    found = dict(built.query("select node_id, created_at from label_nodes where node_id <> 'zone'"))
    expected = {f"t{n}": text for n, text in enumerate(TIMES.values())}
    expected |= {"tz": "2024-01-05 15:00:00", "naive": "2024-01-05 10:00:00", "date": "2024-01-05 00:00:00"}
    assert {node: str(time) for node, time in found.items()} == {
        node: str(duckdb.execute("select cast(? as timestamp)", [text]).fetchall()[0][0])
        for node, text in expected.items()
    }
    assert built.query("select reason, count(*) from rejected_label_nodes group by all") == [
        ("invalid_time", len(bad))
    ]
    # The cutoff of a month is its end in UTC.
    assert built.query("select version, cast(as_of as varchar) from dataset_versions order by 1") == [
        ("2024-01", "2024-01-31 23:59:59.999999"),
        ("2024-07", "2024-07-31 23:59:59.999999"),
    ]


def test_ragged_csv_is_refused(warehouse):
    """A CSV file whose lines do not match its header stops the run; no line is skipped in silence."""
    path = warehouse.folder / "ragged.csv"
    path.write_text("node_id,feature_id,label,created_at\n1,f,a,2024-01-05\n2,f,c\n3,f,c,2024-01-05,more\n")
    warehouse.settings["label_nodes"] = [str(path)]
    outcome = warehouse.dbt("run")
    assert not outcome.success
    assert "ragged.csv" in outcome.output
    assert outcome.statuses["int_ledger"] == "skipped"
