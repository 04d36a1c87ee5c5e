"""Bad input gets one clear sentence, and nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from cases import mostly_long
from warehouse import Outcome, Warehouse, environment

LABELS = [
    {"node_id": "a", "feature_id": "f1", "label": "cat", "created_at": "2024-01-05"},
    {"node_id": "b", "feature_id": "f2", "label": "dog", "created_at": "2024-01-06"},
]
VERSIONS = [("cats", "v1", "2024-01-31"), ("cats", "v2", "2024-02-29")]


def sentence(outcome: Outcome) -> str:
    """The refusal of a failed command: one line, one sentence."""
    assert not outcome.success, "the command should have been refused"
    found = {line.strip() for line in outcome.output.splitlines() if "Label Lineage: " in line}
    sentences = {line[line.index("Label Lineage: ") + len("Label Lineage: ") :] for line in found}
    assert len(sentences) == 1, outcome.output
    assert next(iter(sentences)).endswith(".")
    return next(iter(sentences))


def declare(warehouse: Warehouse, rows: list[tuple], columns: str = "dataset, version, as_of") -> None:
    """Declare these dataset versions from now on."""
    values = ", ".join("(" + ", ".join("?" * len(row)) + ")" for row in rows)
    warehouse.execute(
        f"create or replace table declared as select * from (values {values}) as rows ({columns})",
        *(value for row in rows for value in row),
    )


def raw_file(folder: Path, select: str, name: str = "more.parquet") -> str:
    """Write what a query gives as a file."""
    path = folder / name
    kind = "(format parquet)" if name.endswith(".parquet") else "(format csv, header)"
    duckdb.sql(f"copy ({select}) to '{path}' {kind}")
    return str(path)


GOOD = "'n' as node_id, 'f' as feature_id, 'cat' as label, timestamp '2024-03-05' as created_at"


def state(warehouse: Warehouse) -> list[list[tuple]]:
    """Everything that was published, admitted and refused."""
    return [
        warehouse.query(f"select * from {table} order by all")
        for table in ["training_set", "dataset_versions", "label_nodes", "rejected_label_nodes"]
    ]


def state_of_logs(warehouse: Warehouse, database: str = "warehouse.duckdb") -> list[list[tuple]]:
    """What the logs hold, in the warehouse or in a file beside it."""
    with duckdb.connect(str(warehouse.folder / database), read_only=True) as connection:
        return [
            connection.execute(f"select * from {log} order by all").fetchall()
            for log in ["int_ledger", "int_ledger_edges", "int_rejections", "int_splits", "int_freeze_log"]
        ]


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Warehouse:
    """Two labels in two frozen versions."""
    built = Warehouse(tmp_path_factory.mktemp("original"))
    built.settings = {
        "label_nodes": [str(built.write_labels(LABELS)), str(built.folder / "more*.parquet")],
        "datasets": [{"name": "cats"}],
        "dataset_versions": "declared",
    }
    raw_file(built.folder, f"select {GOOD}")
    declare(built, VERSIONS)
    built.build()
    shutil.copy(built.database, built.folder / "saved.duckdb")
    return built


@pytest.fixture
def built(original) -> Warehouse:
    """The built warehouse as it was, in its place: what dbt has parsed stays good."""
    shutil.copy(original.folder / "saved.duckdb", original.database)
    raw_file(original.folder, f"select {GOOD}")
    return original


BAD_SETTINGS = {
    "unknown setting": ({"lable_nodes": ["x.csv"]}, 'there is no setting "lable_nodes"; the settings are'),
    "datasets without a name": (
        {"datasets": [{"task": "t"}]},
        "entry 1 of the setting 'datasets' has no name",
    ),
    "dataset name with a dash": (
        {"datasets": [{"name": "my-data"}]},
        'the dataset name "my-data" is not allowed; use letters, digits and _',
    ),
    "dataset name that is SQL": (
        {"datasets": [{"name": "x'; drop table int_ledger; --"}]},
        "is not allowed; use letters, digits and _",
    ),
    "dataset name that is Jinja": (
        {"datasets": [{"name": "{{ env_var('HOME') }}"}]},
        "the dataset name \"{{ env_var('HOME') }}\" is not allowed",
    ),
    "dataset twice": ({"datasets": [{"name": "a"}, {"name": "a"}]}, "the dataset 'a' is declared twice"),
    "unknown policy key": (
        {"datasets": [{"name": "a", "min_label": 2}]},
        "the dataset 'a' has no policy key \"min_label\"; the keys are kind, consolidation",
    ),
    "policy that is no mapping": (
        {"default_policy": "majority_vote"},
        "the setting 'default_policy' must be a mapping of policy keys",
    ),
    "policy that is an empty list": (
        {"default_policy": []},
        "the setting 'default_policy' must be a mapping of policy keys",
    ),
    "unknown rule": (
        {"datasets": [{"name": "a", "consolidation": "average"}]},
        'sets consolidation to "average"; it takes majority_vote',
    ),
    "unknown tie rule": ({"default_policy": {"ties": "coin"}}, 'sets ties to "coin"; it takes queue, latest'),
    "rule that does not fit the kind": (
        {"datasets": [{"name": "a", "kind": "text", "consolidation": "majority_vote"}]},
        "asks for majority_vote of kind text, which cannot work; for text labels use medoid",
    ),
    "mean of class names": (
        {"datasets": [{"name": "a", "consolidation": "mean"}]},
        "asks for mean of kind class, which cannot work; for class labels use majority_vote",
    ),
    "vote on numbers": (
        {"datasets": [{"name": "a", "kind": "number"}]},
        "asks for majority_vote of kind number, which cannot work; for number labels use mean, median",
    ),
    "vote on polygons": (
        {"datasets": [{"name": "a", "kind": "polygon"}]},
        "asks for majority_vote of kind polygon, which cannot work; for polygon labels use medoid, latest, unanimous",
    ),
    "vote on lists of boxes": (
        {"datasets": [{"name": "a", "kind": "boxes"}]},
        "asks for majority_vote of kind boxes, which cannot work; for boxes labels use box_fusion, latest",
    ),
    "mean of masks": (
        {"datasets": [{"name": "a", "kind": "mask", "consolidation": "mean"}]},
        "asks for mean of kind mask, which cannot work; for mask labels use majority_vote, medoid",
    ),
    "overlap above 1": (
        {"datasets": [{"name": "a", "kind": "boxes", "consolidation": "box_fusion", "iou": 55}]},
        'sets iou to "55"; it takes a number from 0 to 0.999999',
    ),
    "overlap for a rule that does not ask": (
        {"datasets": [{"name": "a", "kind": "box", "consolidation": "medoid", "iou": 0.5}]},
        "sets iou, which medoid does not read; it belongs to box_fusion",
    ),
    "medoid of tags": (
        {"datasets": [{"name": "a", "kind": "tags", "consolidation": "medoid"}]},
        "asks for medoid of kind tags, which cannot work; for tags labels use majority_vote, latest",
    ),
    "agreement where no votes are counted": (
        {"datasets": [{"name": "a", "kind": "number", "consolidation": "mean", "min_agreement": 0.6}]},
        "the dataset 'a' asks for a min_agreement under mean, which counts no votes; leave it out",
    ),
    "trim of a half": (
        {"datasets": [{"name": "a", "kind": "number", "consolidation": "trimmed_mean", "trim": 0.5}]},
        "the dataset 'a' sets trim to \"0.5\"; it takes a number from 0 to 0.49",
    ),
    "trim that the rule does not read": (
        {"datasets": [{"name": "a", "kind": "number", "consolidation": "mean", "trim": 0.1}]},
        "the dataset 'a' sets trim, which mean does not read; it belongs to trimmed_mean",
    ),
    "weighted vote without a weight": (
        {"datasets": [{"name": "a", "consolidation": "weighted_vote"}]},
        "asks for weighted_vote with weight equal, which weighs nothing; set weight to attention",
    ),
    "weight under a rule that weighs": (
        {"datasets": [{"name": "a", "consolidation": "dawid_skene", "weight": "attention"}]},
        "sets weight to attention under dawid_skene, which weighs annotators itself; set weight to equal",
    ),
    "annotators weighed by a rule that does not vote": (
        {"datasets": [{"name": "a", "consolidation": "latest", "weight": "annotator"}]},
        "sets weight to annotator under latest of kind class; it works for majority_vote and weighted_vote",
    ),
    "repeats and roots": (
        {"datasets": [{"name": "a", "repeats": "last", "weight": "independent_roots"}]},
        "sets repeats to last under weight independent_roots, which counts the labels of a root once already",
    ),
    "margin of the newest": (
        {"datasets": [{"name": "a", "consolidation": "latest", "min_margin": 0.1}]},
        "asks for a min_margin under latest, which knows no next best label; leave it out",
    ),
    "margin of a mean box": (
        {"datasets": [{"name": "a", "kind": "box", "consolidation": "mean", "min_margin": 0.1}]},
        "asks for a min_margin under mean, which knows no next best label; leave it out",
    ),
    "unknown repeats": (
        {"default_policy": {"repeats": "first"}},
        'sets repeats to "first"; it takes all, last',
    ),
    "no iterations": (
        {"datasets": [{"name": "a", "consolidation": "dawid_skene", "iterations": 0}]},
        'sets iterations to "0"; it takes a whole number from 1 to 1000',
    ),
    "iterations of a rule without any": (
        {"datasets": [{"name": "a", "iterations": 5}]},
        "sets iterations, which majority_vote does not read; it belongs to dawid_skene, one_coin_dawid_skene",
    ),
    "seven digits": (
        {"datasets": [{"name": "a", "consolidation": "wawa", "posterior_digits": 7}]},
        'sets posterior_digits to "7"; it takes a whole number from 1 to 6',
    ),
    "two kinds of one task": (
        {"datasets": [{"name": "a"}, {"name": "b", "kind": "text", "consolidation": "latest"}]},
        "call its labels both 'class' and 'text'; give them one kind, or tasks of their own",
    ),
    "quorum of none": ({"default_policy": {"min_labels": 0}}, "sets min_labels to"),
    "agreement above one": ({"default_policy": {"min_agreement": 1.5}}, "it takes a number from 0 to 1"),
    "agreement of two thirds": (
        {"default_policy": {"min_agreement": 0.6666667}},
        'sets min_agreement to "0.6666667"; it takes a number from 0 to 1 with at most six decimals',
    ),
    "overlap of two thirds": (
        {"datasets": [{"name": "a", "kind": "boxes", "consolidation": "box_fusion", "iou": 2 / 3}]},
        "it takes a number from 0 to 0.999999 with at most six decimals",
    ),
    "trim of a ninth": (
        {"datasets": [{"name": "a", "kind": "number", "consolidation": "trimmed_mean", "trim": 1 / 9}]},
        "it takes a number from 0 to 0.49 with at most six decimals",
    ),
    "split of a third": (
        {"default_policy": {"splits": {"train": 1 / 3, "test": 2 / 3}}},
        "it takes a number from 0 to 1 with at most six decimals",
    ),
    "splits that do not add up": (
        {"default_policy": {"splits": {"train": 0.8, "test": 0.1}}},
        "the splits of setting 'default_policy' add up to 0.9; they must add up to 1",
    ),
    "split name that is SQL": (
        {"default_policy": {"splits": {"train' or 1=1 --": 1}}},
        "has the split name",
    ),
    "no splits": ({"default_policy": {"splits": {}}}, "give names and fractions, such as"),
    "task that is no text": ({"datasets": [{"name": "a", "task": 7}]}, "the task of dataset 'a' must be"),
    "task with NUL": ({"datasets": [{"name": "a", "task": "a\0b"}]}, "the task of dataset 'a' must be"),
    "salt with NUL": ({"default_policy": {"split_salt": "a\0b"}}, "sets split_salt to something that is not"),
    "annotator with NUL": ({"model_annotators": ["a\0b"]}, "the setting 'model_annotators' holds"),
    "unknown cadence": (
        {"release_every": "year", "dataset_versions": None},
        "the setting 'release_every' is none of month, week, day and null",
    ),
    "cadence and declared versions": (
        {"release_every": "month"},
        "the settings 'dataset_versions' and 'release_every' are both given",
    ),
    "delay without a unit": (
        {"freeze_delay": "2"},
        "the setting 'freeze_delay' is no duration; write a whole number",
    ),
    "delay of millennia": (
        {"freeze_delay": "999999 weeks"},
        "the setting 'freeze_delay' is longer than ten years, so nothing would ever be frozen",
    ),
    "agreement that is no number": (
        {"default_policy": {"min_agreement": float("nan")}},
        'sets min_agreement to "nan"; it takes a number from 0 to 1',
    ),
    "share that is no number": (
        {"default_policy": {"splits": {"train": float("nan"), "test": 1}}},
        "gives split 'train' the fraction \"nan\"; it takes a number from 0 to 1",
    ),
    "trim that is no number": (
        {
            "datasets": [
                {"name": "a", "kind": "number", "consolidation": "trimmed_mean", "trim": float("nan")}
            ]
        },
        'sets trim to "nan"; it takes a number from 0 to 0.49',
    ),
    "inputs as a mapping": ({"label_nodes": {"file": "x.csv"}}, "the setting 'label_nodes' must be a list"),
    "input that is a number": ({"label_nodes": [5]}, "the setting 'label_nodes' has the entry"),
    "input of another format": (
        {"label_nodes": ["data/labels.xlsx"]},
        "neither a file (.parquet, .csv, .json) nor",
    ),
    "input that is SQL": (
        {"label_nodes": ["labels; drop table int_ledger"]},
        "neither a file (.parquet, .csv, .json) nor a relation name",
    ),
    "input that is Jinja": (
        {"label_nodes": ["{{ env_var('HOME') }}"]},
        "neither a file (.parquet, .csv, .json) nor a relation name",
    ),
    "file name with NUL": ({"label_nodes": ["a\0b.csv"]}, "the setting 'label_nodes' has the entry"),
}


@pytest.mark.parametrize(("settings", "expected"), BAD_SETTINGS.values(), ids=BAD_SETTINGS.keys())
def test_bad_setting_is_refused(original, settings, expected):
    """The models that read the settings cannot even be compiled with a bad one."""
    readers = ["stg_label_nodes", "stg_dataset_versions", "int_datasets", "int_ledger"]
    outcome = original.dbt("compile", "--select", *readers, settings=settings)
    assert expected in sentence(outcome)
    assert not outcome.statuses


@pytest.mark.parametrize(
    "bad",
    mostly_long(
        [
            "unknown setting",
            "dataset twice",
            "unknown rule",
            "splits that do not add up",
            "annotator with NUL",
            "cadence and declared versions",
            "delay without a unit",
            "inputs as a mapping",
            "input that is SQL",
        ],
        short=["unknown setting"],
    ),
)
def test_bad_setting_stops_the_command_before_anything_runs(original, bad):
    """Settings are read while parsing: one from each place that checks them."""
    settings, expected = BAD_SETTINGS[bad]
    outcome = original.dbt("run", settings=settings, parse=True)
    assert expected in sentence(outcome)
    assert not outcome.statuses


BAD_FILES = {
    "no node_id": (
        f"select * exclude (node_id) from (select {GOOD})",
        "has no column 'node_id'; it has feature_id",
    ),
    "no feature_id": (f"select * exclude (feature_id) from (select {GOOD})", "has no column 'feature_id'"),
    "no label": (f"select * exclude (label) from (select {GOOD})", "has no column 'label'"),
    "no time": (
        f"select * exclude (created_at) from (select {GOOD})",
        "has neither 'created_at' nor 'recorded_at', so nothing says when its labels count",
    ),
    "time as a number": (
        f"select * replace (1700000000 as created_at) from (select {GOOD})",
        "is of type INTEGER; it must be a timestamp, a date, or text that reads as one",
    ),
    "time as a struct": (
        f"select * replace ({{'day': 1}} as created_at) from (select {GOOD})",
        "it must be a timestamp, a date, or text that reads as one",
    ),
    "time of day only": (
        f"select * replace (time '10:00' as created_at) from (select {GOOD})",
        "is of type TIME; it must be a timestamp, a date",
    ),
}


@pytest.mark.parametrize(("select", "expected"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_bad_columns_are_refused(built, select, expected):
    """A column that is missing or of the wrong type is named together with its input."""
    before = state(built)
    raw_file(built.folder, select)
    outcome = built.dbt("run", "--select", "stg_label_nodes+")
    refusal = sentence(outcome)
    assert expected in refusal
    assert "more*.parquet" in refusal
    assert outcome.statuses["int_ledger"] == "skipped"
    assert state_of_logs(built) == state_of_logs(built, "saved.duckdb")
    raw_file(built.folder, f"select {GOOD}")
    built.build("--select", "stg_label_nodes")
    assert state(built) == before


@pytest.mark.long
def test_absent_inputs_are_refused(built, tmp_path):
    """A file or relation that is not there is named."""
    nowhere = str(tmp_path / "nowhere" / "*.parquet")
    outcome = built.dbt("run", settings={"label_nodes": [nowhere]})
    assert sentence(outcome) == (
        f"the setting 'label_nodes' names {json.dumps(nowhere)}, and no such file was found; "
        "paths are relative to the folder dbt runs in."
    )
    outcome = built.dbt("run", settings={"label_nodes": ["raw.labels"]})
    assert sentence(outcome) == (
        "the setting 'label_nodes' names \"raw.labels\", and there is no such table or view in this database; "
        "write it as in SQL, with its schema."
    )
    outcome = built.dbt("run", settings={"dataset_versions": str(tmp_path / "none.csv")})
    assert "the setting 'dataset_versions' names" in sentence(outcome)
    outcome = built.dbt("run", settings={"label_nodes": [{"ref": "no_such_model"}]}, parse=True)
    assert "depends on a node named 'no_such_model' which was not found" in outcome.output
    outcome = built.dbt("run", settings={"label_nodes": [{"ref": 5}]}, parse=True)
    assert "write a relation such as schema.table, a file, or {ref: model}." in sentence(outcome)
    assert state_of_logs(built) == state_of_logs(built, "saved.duckdb")


def test_damaged_file_is_named(built):
    """A Parquet file that was cut off stops the run with its name."""
    whole = Path(raw_file(built.folder, f"select {GOOD}"))
    whole.write_bytes(whole.read_bytes()[:-20])
    outcome = built.dbt("run")
    assert not outcome.success
    assert str(whole) in outcome.output
    assert state_of_logs(built) == state_of_logs(built, "saved.duckdb")


BAD_VERSIONS = {
    "name with a blank": (
        [("cats", "v 3", "2024-03-31")],
        "has a name that is not allowed; use letters, digits",
    ),
    "name latest": ([("cats", "latest", "2024-03-31")], "has a name that is not allowed"),
    "name that is SQL": ([("cats", "v3'; drop table x; --", "2024-03-31")], "has a name that is not allowed"),
    "no name": ([("cats", "", "2024-03-31")], 'of dataset "cats" has a name that is not allowed'),
    "twice": (
        [("cats", "v3", "2024-03-30"), ("cats", "v3", "2024-03-31")],
        'dataset version "v3" of dataset "cats" is declared more than once',
    ),
    "same cutoff twice": (
        [("cats", "v3", "2024-03-31"), ("cats", "v4", "2024-03-31")],
        "has the same as_of as another version",
    ),
    "before a frozen one": (
        [("cats", "v0", "2024-01-15")],
        "has the cutoff 2024-01-15 00:00:00.000000, which is not after the newest frozen cutoff 2024-02-29",
    ),
    "unknown dataset": ([("dogs", "v3", "2024-03-31")], "belongs to no dataset; declare the dataset or take"),
    "no dataset": ([("", "v3", "2024-03-31")], "belongs to no dataset; declare the dataset or take"),
    "unreadable as_of": ([("cats", "v3", "end of March")], "has no as_of that reads as a time stamp"),
    "no as_of": ([("cats", "v3", "")], "has no as_of that reads as a time stamp"),
    "as_of before all labels": (
        [("cats", "v3", "0001-01-01")],
        "has an as_of that is not after 0001-01-01 00:00 and before 9999-12-31, as labels are",
    ),
    "as_of after all labels": (
        [("cats", "v3", "9999-12-31")],
        "has an as_of that is not after 0001-01-01 00:00 and before 9999-12-31, as labels are",
    ),
}


@pytest.mark.parametrize(("rows", "expected"), BAD_VERSIONS.values(), ids=BAD_VERSIONS.keys())
def test_bad_version_is_refused(built, rows, expected):
    """A version that cannot be frozen stops the freeze; what is frozen stays."""
    before = state(built)
    declare(built, [*VERSIONS, *rows])
    outcome = built.dbt("run", "--select", "int_versions_due+")
    assert expected in sentence(outcome)
    assert outcome.statuses["int_freeze_log"] == "skipped"
    assert state(built) == before


def test_frozen_version_cannot_move(built):
    """A frozen version that is declared with another cutoff is refused; mended, the run goes on."""
    declare(built, [("cats", "v1", "2024-01-31"), ("cats", "v2", "2024-02-28")])
    outcome = built.dbt("run")
    assert sentence(outcome) == (
        'dataset version "v2" of dataset "cats" was frozen as of 2024-02-29 00:00:00.000000 '
        "and cannot move to 2024-02-28 00:00:00.000000; declare a new version instead."
    )
    declare(built, [*VERSIONS, ("cats", "v3", "2024-03-31")])
    built.build()
    assert built.query("select version from dataset_versions order by 1") == [("v1",), ("v2",), ("v3",)]


def test_versions_without_a_column_are_refused(built):
    """The table of declared versions is checked like an input."""
    declare(built, VERSIONS, "dataset, version, cutoff")
    outcome = built.dbt("run")
    assert "which has no column 'as_of'; it has dataset, version, cutoff; name a view of it" in sentence(
        outcome
    )
    assert outcome.statuses["int_freeze_log"] == "skipped"


@pytest.mark.long
@pytest.mark.parametrize("name", ["empty.parquet", "empty.csv", "empty.jsonl"])
def test_empty_input_builds(warehouse, name):
    """An input without rows makes empty tables; rows that come later work."""
    path = warehouse.folder / name
    if name.endswith(".parquet"):
        duckdb.sql(f"copy (select {GOOD} limit 0) to '{path}' (format parquet)")
    elif name.endswith(".csv"):
        path.write_text("node_id,feature_id,label,created_at\n")
    else:
        path.write_text("")
    warehouse.settings["label_nodes"] = [str(path)]
    if name.endswith(".jsonl"):
        # Without rows this format has no columns either.
        assert "has no column 'node_id'" in sentence(warehouse.dbt("run"))
        path.write_text('{"node_id": "n", "feature_id": "f", "label": "cat", "created_at": "2024-03-01"}\n')
    else:
        outcome = warehouse.dbt("build")
        assert outcome.success, outcome.output
        for table in [
            "training_set",
            "training_set_changes",
            "dataset_versions",
            "label_nodes",
            "review_queue",
        ]:
            assert warehouse.query(f"select count(*) from {table}") == [(0,)]
        raw_file(warehouse.folder, f"select {GOOD}", name)
    warehouse.build()
    assert warehouse.query("select version, label from training_set order by 1") == [
        ("2024-03", "cat"),
        ("latest", "cat"),
    ]


@pytest.mark.long
def test_locked_database_is_said(built):
    """While another process writes to the file, a run fails at once, says who holds it, and loses nothing."""
    before = state(built)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); input()",
            str(built.database),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        outcome = built.dbt("run")
        assert not outcome.success
        assert "Could not set lock on file" in outcome.output
        assert f"(PID {holder.pid})" in outcome.output
    finally:
        holder.communicate("\n", timeout=30)
    assert state(built) == before
    built.build()


HOSTILE = [
    "it's",
    'say "cat"',
    "x'; drop table int_ledger; --",
    "/* */ -- #",
    "{{ env_var('LABEL_LINEAGE_SECRET') }}",
    "{% for x in range(3) %}{{ x }}{% endfor %}",
    "{# hidden #}",
    "back\\slash \\u0041 \\n",
    "tab\tand\nnew line\r\n",
    " blanks ",
    "null",
    "NULL",
    "%s %d ${HOME} $(id)",
    "<script>alert(1)</script>",
    "caf\u00e9",  # NFC
    "cafe\u0301",  # NFD: another text, although it looks the same
    "\U0001f3f7\ufe0f\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u202eright to left",
    "\u2028 line separator \x01\x7f control",
    "\ufeffbyte order mark",
    "\uffff",
    ";",
    "1e999",
    "[]",
    "N",
    "4:text",
    "m" * 1_000_000,
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Warehouse:
    """Every hostile text in every text column of the input contract."""
    built = Warehouse(tmp_path_factory.mktemp("hostile"))
    rows = [
        {
            "node_id": f"{number} {text}",
            "feature_id": f"{number} {text}",
            "task": text,
            "label": text,
            "annotator_id": text,
            "split_group": f"{number} {text}",
            "source": text,
            "attributes": text,
            "created_at": "2024-01-05",
        }
        for number, text in enumerate(HOSTILE)
    ]
    # One feature where all of them vote, and one child of each.
    rows += [
        {
            "node_id": f"vote {number}",
            "feature_id": "votes",
            "task": "votes",
            "label": text,
            "created_at": "2024-01-05",
        }
        for number, text in enumerate(HOSTILE)
    ]
    rows += [
        {
            "node_id": f"child {number}",
            "parent_id": f"{number} {text}",
            "feature_id": f"{number} {text}",
            "task": text,
            "label": text,
            "created_at": "2024-02-05",
        }
        for number, text in enumerate(HOSTILE)
    ]
    with environment(LABEL_LINEAGE_SECRET="leaked"):
        built.settings["label_nodes"] = [str(built.write_labels(rows))]
        outcome = built.dbt("build")
    assert outcome.success, outcome.output
    return built


def test_hostile_texts_come_out_unchanged(hostile):
    """Whatever a text holds, it is data: each comes back as it went in, in every column."""
    expected = sorted((text, f"{number} {text}", text) for number, text in enumerate(HOSTILE))
    for version in ["2024-01", "2024-02", "latest"]:
        rows = hostile.query(
            "select dataset, feature_id, label from training_set where version = ? and dataset <> 'votes'",
            version,
        )
        assert sorted(rows) == expected
    nodes = hostile.query(
        """
        select node_id, feature_id, task, label, annotator_id, source, attributes
        from label_nodes where is_root and task <> 'votes'
        """
    )
    assert sorted(nodes) == sorted(
        (f"{number} {text}", f"{number} {text}", text, text, text, text, text)
        for number, text in enumerate(HOSTILE)
    )
    assert hostile.query("select count(*) from rejected_label_nodes") == [(0,)]
    assert hostile.query("select count(*) from label_edges where status = 'effective'") == [(len(HOSTILE),)]


def test_label_distribution_is_json(hostile):
    """Python reads what was written: every hostile label is a key with its vote."""
    [(candidates,)] = hostile.query("select candidates from review_queue where dataset = 'votes'")
    assert json.loads(candidates) == dict.fromkeys(HOSTILE, 1)
    for feature, label, distribution in hostile.query(
        "select feature_id, label, label_distribution from training_set where version = 'latest'"
    ):
        assert json.loads(distribution) == {label: 1}, feature


@pytest.mark.long
def test_hostile_settings_do_not_execute(tmp_path):
    """Tasks, salts and annotators from the settings reach SQL as literals, never as code."""
    texts = [text for text in HOSTILE if len(text) <= 200]
    built = Warehouse(tmp_path)
    built.settings = {
        "label_nodes": [
            str(
                built.write_labels(
                    {
                        "node_id": f"n{number}",
                        "feature_id": f"f{number}",
                        "task": text,
                        "label": "cat",
                        "annotator_id": f"{text} tail",
                        "created_at": "2024-01-05",
                    }
                    for number, text in enumerate(texts)
                )
            )
        ],
        "datasets": [
            {"name": f"d{number}", "task": text, "split_salt": text} for number, text in enumerate(texts)
        ],
        "model_annotators": [f"{text}*" for text in texts],
    }
    with environment(LABEL_LINEAGE_SECRET="leaked"):
        outcome = built.dbt("build", parse=True)
    assert outcome.success, outcome.output
    assert built.query(
        "select dataset, feature_id from training_set where version = 'latest' order by all"
    ) == sorted((f"d{number}", f"f{number}") for number in range(len(texts)))
    assert dict(built.query("select dataset, policy ->> 'split_salt' from dataset_versions")) == {
        f"d{number}": text for number, text in enumerate(texts)
    }
    # Every annotator is a model, so no person had a hand in any label.
    assert built.query("select distinct human_attention from label_nodes") == [(0,)]


HOSTILE_NAMES = [
    "it's; drop table int_ledger; -- .parquet",
    "{{ env_var('LABEL_LINEAGE_SECRET') }}.parquet",
    'caf\u00e9 \U0001f3f7 "x" {% raw %}.parquet',
]


@pytest.mark.long
@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_absent_file_of_a_hostile_name_is_named(warehouse, name):
    """A file that is absent is named as it was given."""
    with environment(LABEL_LINEAGE_SECRET="leaked"):
        outcome = warehouse.dbt("run", settings={"label_nodes": [str(warehouse.folder / name)]})
    assert "leaked" not in outcome.output
    assert json.dumps(name)[1:-1] in sentence(outcome) or name in sentence(outcome)


@pytest.mark.long
def test_hostile_file_names_are_names(warehouse):
    """A file is found under its name, whatever that says."""
    paths = [warehouse.folder / name for name in HOSTILE_NAMES]
    for number, path in enumerate(paths):
        os.rename(
            warehouse.write_labels({**row, "node_id": f"{row['node_id']}{number}"} for row in LABELS), path
        )
    with environment(LABEL_LINEAGE_SECRET="leaked"):
        outcome = warehouse.dbt("run", settings={"label_nodes": list(map(str, paths))}, parse=True)
    assert outcome.success, outcome.output
    assert warehouse.query("select node_id from label_nodes order by 1") == [
        (f"{node}{number}",) for node in "ab" for number in range(len(paths))
    ]


@pytest.mark.long
def test_nul_is_refused_row_by_row(warehouse):
    """The character NUL, which most warehouses cannot store, costs its row and no other."""
    row = {"node_id": "n", "feature_id": "f", "task": "t", "label": "l", "annotator_id": "a", "source": "s"}
    bad = [{**row, "node_id": f"bad {key}", key: "x\0y", "created_at": "2024-01-05"} for key in row]
    good = {**row, "created_at": "2024-01-05"}
    warehouse.settings["label_nodes"] = [str(warehouse.write_labels([good, *bad]))]
    outcome = warehouse.dbt("build")
    assert outcome.success, outcome.output
    assert warehouse.query("select node_id from label_nodes") == [("n",)]
    assert warehouse.query("select reason, count(*) from rejected_label_nodes group by all") == [
        ("invalid_text", len(bad))
    ]
