"""Sequences and inputs that once did harm: each test is one of them, with what must happen instead."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from test_frozen import copy_project
from warehouse import Warehouse

FIRST = {"node_id": "1", "feature_id": "a", "label": "cat", "recorded_at": "2024-01-05"}
SECOND = {"node_id": "2", "feature_id": "b", "label": "dog", "recorded_at": "2024-02-10"}
THIRD = {"node_id": "3", "feature_id": "c", "label": "dog", "recorded_at": "2024-02-20"}


def feed(warehouse: Warehouse, *rows: dict) -> None:
    """Make these rows the whole input from now on."""
    warehouse.settings["label_nodes"] = [str(warehouse.write_labels(rows))]


@pytest.mark.long
def test_logs_take_nothing_from_tables_of_other_runs(warehouse):
    """Single models, run in any order, neither admit a label twice nor freeze without what has come since."""
    feed(warehouse, FIRST)
    warehouse.build("--selector", "nightly")
    feed(warehouse, FIRST, SECOND)
    warehouse.build("--select", "int_arrivals")
    outcome = warehouse.dbt("run", "--select", "int_ledger")
    assert not outcome.success
    assert "takes nothing from tables that another run built: int_arrivals" in outcome.messages["int_ledger"]
    assert warehouse.query("select node_id from int_ledger") == [("1",)]

    warehouse.build("--select", "+int_ledger")
    outcome = warehouse.dbt("run", "--select", "int_freeze_log")
    assert "int_versions_due" in outcome.messages["int_freeze_log"]
    assert warehouse.query("select count(*) from int_freeze_log") == [(0,)]

    outcome = warehouse.dbt("build")
    assert outcome.success, outcome.output or outcome.messages
    assert warehouse.query("select version, n_rows from dataset_versions order by 1") == [
        ("2024-01", 1),
        ("2024-02", 2),
    ]


@pytest.mark.long
def test_first_night_passes_its_tests(warehouse):
    """Tests of the freeze log can run before anything was ever frozen."""
    feed(warehouse, FIRST)
    outcome = warehouse.dbt("build", "--selector", "nightly")
    assert outcome.success, outcome.output or outcome.messages
    warehouse.build()
    assert warehouse.query("select version from dataset_versions") == [("2024-01",)]


@pytest.mark.long
@pytest.mark.parametrize(
    ("declared", "frozen"),
    [
        # Named like a month, and frozen before the month was over: it keeps its name to itself.
        ({"2024-02": "2024-02-15"}, [("2024-02", 2), ("2024-02.2", 3)]),
        # Nor a name with a number, also where the name without it is free; an ending that is no number is none.
        (
            {"2024-01.final": "2024-01-06", "2024-02.10": "2024-02-15", "2024-02.9": "2024-02-16"},
            [("2024-01.final", 1), ("2024-02.10", 2), ("2024-02.9", 2), ("2024-02.11", 3)],
        ),
    ],
)
def test_cadence_takes_no_name_that_was_declared(warehouse, declared, frozen):
    """A version by calendar gets a number that no declared version of its period has."""
    feed(warehouse, FIRST, SECOND, THIRD)
    rows = ", ".join(f"('default', '{version}', '{as_of}')" for version, as_of in declared.items())
    warehouse.execute(
        f"create table declared as select * from (values {rows}) as rows (dataset, version, as_of)"
    )
    warehouse.build(settings={"dataset_versions": "declared"})
    outcome = warehouse.dbt("build")
    assert outcome.success, outcome.output or outcome.messages
    assert warehouse.query("select version, n_rows from dataset_versions order by version_number") == frozen


@pytest.mark.long
def test_the_last_word_of_a_person_is_not_a_label_that_never_counted(warehouse):
    """Late labels and bulk imports all count from one instant: of them the leaf is the last word, whatever its id."""
    settings = {"datasets": [{"name": "newest", "repeats": "last"}]}
    ann = {"annotator_id": "ann", "feature_id": "a"}
    first = [
        {"node_id": "1", "label": "cat", "recorded_at": "2024-01-05", **ann},
        # In one import, a correction and its parent; the greater id is the parent's.
        {"node_id": "9", "label": "cow", "recorded_at": "2024-01-05", "feature_id": "b", "annotator_id": "ann"},
        {"node_id": "10", "parent_id": "9", "label": "pig", "recorded_at": "2024-01-05", "feature_id": "b", "annotator_id": "ann"},
        # A parent that came after its child, and a label of the same person between them, and one before.
        {"node_id": "p", "label": "hen", "recorded_at": "2024-01-09", "feature_id": "c", "annotator_id": "ann"},
        {"node_id": "q", "parent_id": "p", "label": "fox", "recorded_at": "2024-01-07", "feature_id": "c", "annotator_id": "bob"},
        {"node_id": "r", "label": "owl", "recorded_at": "2024-01-06", "feature_id": "c", "annotator_id": "ann"},
        # A leaf before a label that was retracted: the last word was taken back.
        {"node_id": "s", "label": "elk", "recorded_at": "2024-01-05", "feature_id": "d", "annotator_id": "ann"},
        {"node_id": "t", "label": "ant", "recorded_at": "2024-01-06", "feature_id": "d", "annotator_id": "ann"},
        {"node_id": "u", "parent_id": "t", "recorded_at": "2024-01-07", "feature_id": "d", "annotator_id": "bob"},
    ]  # fmt: skip
    late = [
        {"node_id": "9a", "parent_id": "1", "label": "lion", "recorded_at": "2024-01-06", **ann},
        {"node_id": "10a", "parent_id": "9a", "label": "tiger", "recorded_at": "2024-01-06", **ann},
    ]
    feed(warehouse, *first, SECOND)
    warehouse.build(settings=settings)
    feed(warehouse, *first, SECOND, *late)
    outcome = warehouse.dbt("build", settings=settings)
    assert outcome.success, outcome.output or outcome.messages
    assert warehouse.query(
        "select feature_id, label, leaf_node_ids from training_set where version = 'latest' and feature_id <> 'b' order by 1"
    ) == [("a", "tiger", ["10a"]), ("c", "fox", ["q"])]
    assert warehouse.query(
        "select label from training_set where feature_id = 'b' and version = '2024-01'"
    ) == [("pig",)]
    assert warehouse.query("select outcome from int_head_rows where feature_id = 'd'") == [("retracted",)]


def feed_text(warehouse: Warehouse, *rows: str) -> None:
    """Make these lines of a CSV file the whole input from now on: nothing is too odd to be written."""
    path = warehouse.folder / "labels.csv"
    path.write_text(
        "\n".join(
            ["node_id,parent_id,parent_ids,feature_id,label,annotator_id,created_at,recorded_at", *rows]
        )
        + "\n"
    )
    warehouse.settings["label_nodes"] = [str(path)]


def test_the_queue_asks_about_labels_that_count(warehouse):
    """A war and an own merge at labels that `repeats: last` leaves out are nobody's business, and drain at once."""
    ann, bob = {"annotator_id": "ann"}, {"annotator_id": "bob"}
    war = [
        {"node_id": "a1", "label": "x", "recorded_at": "2024-01-01", **ann},
        {"node_id": "b1", "parent_id": "a1", "label": "y", "recorded_at": "2024-01-02", **bob},
        {"node_id": "a2", "parent_id": "b1", "label": "x", "recorded_at": "2024-01-03", **ann},
        {"node_id": "a3", "label": "x", "recorded_at": "2024-01-04", **ann},
    ]
    merge = [
        {"node_id": "m0", "label": "x", "recorded_at": "2024-01-01", **ann},
        {"node_id": "m1", "label": "y", "recorded_at": "2024-01-02", **bob},
        {"node_id": "m", "parent_id": "m0", "label": "x", "recorded_at": "2024-01-03", **ann},
        {"node_id": "m", "parent_id": "m1", "label": "x", "recorded_at": "2024-01-03", **ann},
        {"node_id": "m3", "label": "x", "recorded_at": "2024-01-04", **ann},
    ]
    rows = [{"feature_id": feature, **row} for feature, rows in (("f", war), ("g", merge)) for row in rows]
    feed(warehouse, *rows)
    warehouse.build(settings={"datasets": [{"name": "every"}, {"name": "newest", "repeats": "last"}]})
    assert warehouse.query("select dataset, feature_id, reason from review_queue order by all") == [
        ("every", "f", "edit_war"),
        ("every", "g", "four_eyes"),
    ]


def test_a_mask_that_ends_in_nothing_leaves_others_alone(warehouse):
    """Runs of 0 at its end once took a pixel from every mask after it."""
    masks = {
        "a": [[6, 0], [1, 2, 3]],
        "b": [[1, 2, 3], [1, 3, 2], [1, 2, 3]],
        "c": [[0, 6, 0, 0], [2, 4], [0, 6]],
    }
    feed(warehouse, *(
        {"node_id": f"{feature}{place}", "feature_id": feature, "recorded_at": "2024-01-05", "task": "mask",
         "label": json.dumps({"size": [2, 3], "counts": counts})}
        for feature, leaves in masks.items()
        for place, counts in enumerate(leaves)
    ))  # fmt: skip
    policy = {"task": "mask", "kind": "mask", "ties": "smallest"}
    warehouse.build(
        settings={
            "datasets": [
                {"name": "nearest", "consolidation": "medoid", **policy},
                {"name": "voted", **policy},
            ]
        }
    )
    assert warehouse.query(
        "select dataset, feature_id, label, confidence::varchar from training_set where version = 'latest' order by all"
    ) == [
        ("nearest", "a", '{"size":[2,3],"counts":[1,2,3]}', "0.500000"),
        ("nearest", "b", '{"size":[2,3],"counts":[1,2,3]}', "0.888889"),
        ("nearest", "c", '{"size":[2,3],"counts":[0,6,0,0]}', "0.888889"),
        ("voted", "a", '{"size":[2,3],"counts":[6]}', "0.500000"),
        ("voted", "b", '{"size":[2,3],"counts":[1,2,3]}', "0.888889"),
        ("voted", "c", '{"size":[2,3],"counts":[0,6]}', "0.888889"),
    ]


def test_a_long_ranking_stops_nothing(warehouse):
    """Votes of more than ten thousand items are more than a whole number holds when they are compared."""
    items = [f"item {number:05}" for number in range(13_300)]
    rankings = [items, items, [*reversed(items)]]
    feed(warehouse, *(
        {"node_id": f"n{place}", "feature_id": "f", "recorded_at": "2024-01-05", "label": json.dumps(ranking)}
        for place, ranking in enumerate(rankings)
    ))  # fmt: skip
    warehouse.build(settings={"datasets": [{"name": "d", "kind": "ranking"}]})
    [(label, confidence)] = warehouse.query(
        "select label, confidence::varchar from training_set where version = 'latest'"
    )
    assert json.loads(label) == items
    assert confidence == "0.666667"


@pytest.mark.long
def test_class_balance_after_a_change_of_kind(warehouse):
    """A version's classes are those of its own kind, also of rows that an older version wrote."""
    latest = {"name": "d", "consolidation": "latest"}
    feed(
        warehouse,
        FIRST,
        {**FIRST, "node_id": "1b", "feature_id": "b"},
        {**FIRST, "node_id": "1c", "feature_id": "c", "label": "dog"},
    )
    warehouse.build(settings={"datasets": [{**latest, "kind": "text"}]})
    feed(
        warehouse,
        {"node_id": "4", "parent_id": "1", "feature_id": "a", "label": "dog", "recorded_at": "2024-02-05"},
    )
    warehouse.build(settings={"datasets": [latest]})
    balance = "select label, sum(n_rows) from class_balance where version = '{}' group by label order by 1"
    assert warehouse.query(balance.format("2024-01")) == []
    for version in ("2024-02", "latest"):
        assert warehouse.query(balance.format(version)) == [("cat", 1), ("dog", 2)]


@pytest.mark.long
def test_doubt_is_by_the_kind_of_today(warehouse):
    """Runs in which a dataset was not declared compared its labels as texts; the next counts them anew."""

    def say(node, feature, text, who, *parent):
        return {
            "node_id": node, "feature_id": feature, "label": text, "annotator_id": who, "recorded_at": "2024-01-05",
            **({"parent_id": parent[0]} if parent else {}),
        }  # fmt: skip

    ages = {"name": "ages", "kind": "number", "consolidation": "median", "min_labels": 3}
    others = {"name": "others", "task": "u"}
    batches = [
        ([say("a", "a", "5.0", "ann"), say("b", "b", "7", "bob"), say("b2", "b", "8", "cleo", "b")], [ages]),
        ([say("a2", "a", "5", "dora", "a"), say("c", "c", "6.0", "ann"), say("c2", "c", "6", "eve", "c")], [others]),
        ([say("e", "e", "9", "ann"), say("g", "g", "9", "bob")], [ages, others]),
    ]  # fmt: skip
    for rows, datasets in batches:
        feed(warehouse, *rows)
        warehouse.build(settings={"datasets": datasets, "release_every": None})
    queue = "select feature_id, priority, doubt from review_queue order by all"
    rates = "select * exclude (batch) from int_overturn_rates order by all"
    found = warehouse.query(queue), warehouse.query(rates)
    assert {feature: doubt for feature, _, doubt in found[0]} == {
        "a": 583,
        "b": 666,
        "c": 583,
        "e": 450,
        "g": 750,
    }
    warehouse.build("--full-refresh", settings={"datasets": [ages, others], "release_every": None})
    assert (warehouse.query(queue), warehouse.query(rates)) == found


@pytest.mark.long
def test_compare_tells_a_confidence_that_appears(warehouse):
    """Leaves that differ have no confidence under a mean; under the next policy they do, and the row changed."""
    opinions = [
        {"node_id": text, "feature_id": "a", "label": text, "recorded_at": f"2024-01-0{day}"}
        for day, text in enumerate("132", start=1)
    ]
    ages = {"name": "ages", "kind": "number"}
    feed(warehouse, *opinions)
    warehouse.build(settings={"datasets": [{**ages, "consolidation": "mean"}]})
    feed(warehouse, *opinions, {**SECOND, "node_id": "5", "label": "5"})
    settings = {"datasets": [{**ages, "consolidation": "latest"}]}
    warehouse.build(settings=settings)
    assert warehouse.query(
        "select version, label, confidence is null from training_set where feature_id = 'a' order by 1"
    ) == [("2024-01", "2", True), ("2024-02", "2", False), ("latest", "2", False)]
    told = warehouse.dbt(
        "run-operation", "compare", "--args", "{dataset: ages, old: 2024-01, new: 2024-02}", settings=settings
    ).output
    assert "  a        2        2        changed  policy" in told


def test_explain_marks_what_the_policy_counts(warehouse):
    """Under `repeats: last` an older opinion of the same person is no leaf of the row."""
    feed(
        warehouse,
        {**FIRST, "annotator_id": "ann"},
        {**FIRST, "node_id": "2", "annotator_id": "ann", "label": "dog", "recorded_at": "2024-01-06"},
    )
    warehouse.settings["datasets"] = [{"name": "pets", "repeats": "last"}]
    warehouse.build()
    for version in ("2024-01", "latest"):
        arguments = json.dumps({"dataset": "pets", "feature_id": "a", "version": version})
        told = warehouse.dbt("run-operation", "explain", "--args", arguments).output.splitlines()
        assert [line[:5] for line in told if "  by ann" in line] == ["    1", "  * 2"]
        assert not [line for line in told if line.startswith("  leaves: ")]


def test_an_empty_annotator_is_nobody(warehouse):
    """As in a CSV file, where nobody can tell the two apart: two such labels are not one person's."""
    rows = [
        {**FIRST, "node_id": str(day), "recorded_at": f"2024-01-0{day}", "annotator_id": ""} for day in (1, 2)
    ]
    feed(warehouse, *rows, {**FIRST, "node_id": "3", "recorded_at": "2024-01-03", "label": "dog"})
    warehouse.settings |= {"datasets": [{"name": "pets", "repeats": "last"}], "release_every": None}
    warehouse.build()
    assert warehouse.query("select label, n_labels from training_set") == [("cat", 3)]
    assert warehouse.query("select distinct annotator_id from label_nodes") == [(None,)]


@pytest.mark.long
def test_a_replacement_that_comes_too_late_is_told(warehouse):
    """A label of before the kind blocks the versions that are due, up to the cutoff that its replacement precedes."""
    number = {"name": "ages", "task": "age", "kind": "number", "consolidation": "mean"}
    other = {"name": "others"}
    old = {**FIRST, "task": "age", "label": "five"}
    feed(warehouse, old)
    warehouse.build(settings={"datasets": [other]})
    feed(warehouse, old, {**old, "node_id": "2", "parent_id": "1", "label": "5", "recorded_at": "2024-02-03"})
    outcome = warehouse.dbt("run", settings={"datasets": [other, number]})
    assert (
        "cannot be read so; take the kind back, or replace the label by a new node, recorded at or before "
        '2024-01-31 23:59:59 UTC, at which version "2024-01" is due.'
    ) in outcome.output
    backdated = {**old, "node_id": "3", "parent_id": "1", "label": "5", "recorded_at": "2024-01-30"}
    feed(warehouse, old, backdated)
    outcome = warehouse.dbt("run", settings={"datasets": [other, number]})
    assert outcome.success, outcome.output


def test_nanoseconds_are_cut_off(warehouse):
    """As digits of a text are: rounded up, a label of the last instant of a month would be of the next."""
    path = warehouse.folder / "labels.parquet"
    instants = ["2024-01-31 23:59:59.9999999", "1969-12-31 23:59:59.9999999", "2024-02-01"]
    rows = ", ".join(f"('{place}', timestamp_ns '{instant}')" for place, instant in enumerate(instants))
    duckdb.sql(f"""
        copy (select column0 as node_id, column0 as feature_id, 'cat' as label, column1 as recorded_at from (values {rows}) as t (column0, column1))
        to '{path}' (format parquet)
    """)
    warehouse.settings["label_nodes"] = [str(path)]
    warehouse.build()
    assert warehouse.query("select recorded_at::varchar from label_nodes order by node_id") == [
        ("2024-01-31 23:59:59.999999",), ("1969-12-31 23:59:59.999999",), ("2024-02-01 00:00:00",),
    ]  # fmt: skip


@pytest.mark.long
def test_a_task_that_was_once_a_dataset_of_another_is_told(warehouse):
    """Where none is declared, each task is a dataset of its name; what to do then is another thing."""
    feed(warehouse, FIRST)
    warehouse.build(settings={"datasets": [{"name": "cats"}]})
    feed(warehouse, FIRST, {**SECOND, "task": "cats"})
    outcome = warehouse.dbt("run")
    assert (
        'the dataset "cats" has versions frozen from the task "default" and cannot read the task "cats"; where none is declared each task is a dataset of its name, so declare datasets for the tasks, under other names.'
        in outcome.output
    )


@pytest.mark.long
def test_a_node_enters_whole_or_not_yet(warehouse):
    """A merge of which a row cannot be read waits for it; a row that adds no parent keeps nothing back."""
    labels = [
        "1,,,a,cat,ann,2024-01-05,",
        "1b,,,a,dog,bob,2024-01-06,",
        "m,1,,a,dog,dora,2024-01-20,",
        "k,,,k,cat,ann,2024-01-05,",
        "k,,,k,cat,ann,soon,",
    ]
    feed_text(warehouse, *labels, "m,1b,,a,dog,dora,2024-01-2o,")
    outcome = warehouse.dbt("build")
    assert outcome.success, outcome.output or outcome.messages
    refused = "select node_id, parent_id, reason from rejected_label_nodes order by all"
    assert warehouse.query(refused) == [
        ("k", None, "invalid_time"),
        ("m", "1", "incomplete_node"),
        ("m", "1b", "invalid_time"),
    ]
    assert warehouse.query("select node_id from label_nodes order by 1") == [("1",), ("1b",), ("k",)]
    feed_text(warehouse, *labels, "m,1b,,a,dog,dora,2024-01-20,")
    outcome = warehouse.dbt("build")
    assert outcome.success, outcome.output or outcome.messages
    assert warehouse.query(
        "select label, outcome from training_set where version = 'latest' and feature_id = 'a'"
    ) == [("dog", "human")]
    assert warehouse.query(refused) == [("k", None, "invalid_time"), ("m", "1b", "invalid_time")]


@pytest.mark.long
def test_a_known_row_that_can_no_longer_be_read_is_no_duplicate(warehouse):
    """What cannot be read is NULL, as it was when the node was admitted; that is told all the same."""
    feed_text(warehouse, "1,,,a,cat,ann,,2024-01-05", "2,,,b,dog,ann,,2024-01-05")
    warehouse.build()
    feed_text(warehouse, "1,,,a,cat,ann,garbage,2024-01-05", "2,,not json,b,dog,ann,,2024-01-05")
    outcome = warehouse.dbt("build")
    assert outcome.success, outcome.output or outcome.messages
    assert warehouse.query("select node_id, reason from rejected_label_nodes order by all") == [
        ("1", "invalid_time"),
        ("2", "invalid_parent_ids"),
    ]
    verified = warehouse.dbt("run-operation", "verify", "--args", "{inputs: true}")
    assert not verified.success
    assert "the raw row says something else" in verified.output
    # The other checks hold, so nothing is to be restored.
    assert " rows hold, so mend the raw rows, or correct labels by new nodes" in verified.output


@pytest.mark.long
def test_a_dataset_at_any_instant(warehouse, tmp_path):
    """`training_set_as_of` gives what a version of that instant holds, and refuses what no calendar and no setting has."""
    feed(warehouse, FIRST, SECOND, {**THIRD, "feature_id": "a", "parent_id": "1"})
    warehouse.settings["datasets"] = [{"name": "pets"}]
    warehouse.build()
    project = warehouse.copy(tmp_path / "copy")
    project.project = copy_project(tmp_path)
    instants = {"2024-01": "2024-01-31 23:59:59.999999", "2024-02": "2024-02-29T23:59:59"}
    for version, instant in instants.items():
        select = f"select * from ({{{{ label_lineage.training_set_as_of('pets', '{instant}') }}}}) as moment"
        (project.project / "models" / f"at_{version[-2:]}.sql").write_text(select + "\n")
    project.build("--select", "at_01", "at_02")
    columns = "feature_id, label, outcome, confidence, split, leaf_node_ids"
    for version in instants:
        found = project.query(f"select {columns} from at_{version[-2:]} order by 1")
        assert found == project.query(
            f"select {columns} from training_set where version = '{version}' order by 1"
        )
        assert found

    def refusal(dataset: str, instant: str) -> str:
        select = f"{{{{ label_lineage.training_set_as_of('{dataset}', '{instant}') }}}}"
        outcome = warehouse.dbt("compile", "--inline", select, parse=True)
        assert not outcome.success
        return outcome.output

    for instant in ["2024-02-30", "1900-02-29", "2024-13-01", "0000-01-01", "2024-01-01 24:00", "soon"]:
        wanted = f'training_set_as_of got the instant "{instant}"; write it as 2024-05-05 or'
        assert wanted in refusal("pets", instant)
    assert 'training_set_as_of got the dataset "dogs"; use one of pets.' in refusal("dogs", "2024-01-31")


@pytest.mark.long
def test_dataset_keeps_its_task(warehouse):
    """Rows of two tasks never stand in one dataset."""
    feed(warehouse, {**FIRST, "task": "animal"}, {**SECOND, "task": "colour"})
    warehouse.build(settings={"datasets": [{"name": "pets", "task": "animal"}]})
    frozen = warehouse.frozen()
    outcome = warehouse.dbt("build", settings={"datasets": [{"name": "pets", "task": "colour"}]})
    assert not outcome.success
    assert (
        'the dataset "pets" has versions frozen from the task "animal" and cannot read the task "colour"'
        in outcome.messages["int_versions_due"]
    )
    assert warehouse.frozen() == frozen


@pytest.mark.long
def test_frozen_versions_outlive_the_declaration_of_their_dataset(warehouse):
    """`explain` and `compare` answer for a dataset that is no longer declared, except for `latest`."""
    feed(warehouse, FIRST, {**SECOND, "feature_id": "a", "parent_id": "1"})
    warehouse.build(settings={"datasets": [{"name": "pets"}]})
    others = {"datasets": [{"name": "others"}]}
    warehouse.build(settings=others)

    def ask(command: str, **arguments: str) -> str:
        return warehouse.dbt(
            "run-operation", command, "--args", json.dumps(arguments), settings=others
        ).output

    assert warehouse.query(
        "select distinct version from class_balance where dataset = 'pets' order by version"
    ) == [("2024-01",), ("2024-02",)]
    told = ask("explain", dataset="pets", feature_id="a", version="2024-02")
    assert "a in pets 2024-02: dog" in told
    assert "* 2  dog" in told
    assert "pets: 2024-01 (1 rows) -> 2024-02 (1 rows)" in ask(
        "compare", dataset="pets", old="2024-01", new="2024-02"
    )
    sentence = "the dataset 'pets' is no longer declared and has no latest; name one of its frozen versions, "
    assert f"{sentence}2024-02, 2024-01." in ask("explain", dataset="pets", feature_id="a")
    assert f"{sentence}2024-02, 2024-01." in ask("compare", dataset="pets", old="2024-01")
    assert 'has no frozen version "v9"; there is 2024-02, 2024-01.' in ask(
        "compare", dataset="pets", old="v9", new="2024-02"
    )
    assert 'there is no dataset "dogs"; there is others.' in ask("explain", dataset="dogs", feature_id="a")
    assert "the version '2024-02' is not older than '2024-01'; give the older one as old." in ask(
        "compare", dataset="pets", old="2024-02", new="2024-01"
    )


def test_release_every_null_makes_no_versions(warehouse):
    """Who asks for no cadence gets none."""
    feed(warehouse, FIRST)
    outcome = warehouse.dbt("build", settings={"release_every": None})
    assert outcome.success, outcome.output or outcome.messages
    assert warehouse.query("select count(*) from dataset_versions") == [(0,)]
    assert warehouse.query("select version, label from training_set") == [("latest", "cat")]


def test_labels_outside_time_are_refused(warehouse):
    """An instant that no version could hold is refused; one at the edge counts."""
    instants = ["infinity", "-infinity", "0001-01-01", "0044-03-15 (BC)", "9999-12-31", "294000-01-01"]
    rows = [f"{number},f{number},cat,{instant}" for number, instant in enumerate([*instants, "9999-12-30"])]
    path = warehouse.folder / "labels.csv"
    path.write_text("\n".join(["node_id,feature_id,label,created_at", *rows]))
    warehouse.settings["label_nodes"] = [str(path)]
    outcome = warehouse.dbt("build")
    assert outcome.success, outcome.output or outcome.messages
    assert warehouse.query("select reason, count(*) from rejected_label_nodes group by reason") == [
        ("invalid_time", len(instants))
    ]
    assert warehouse.query("select feature_id from training_set") == [("f6",)]


@pytest.mark.long
def test_rows_that_no_run_has_read_are_waiting(warehouse):
    """`dbt test` on its own fails for rows that a run has read and lost, not for those that came since."""
    test = ("test", "--select", "every_raw_row_is_accounted_for")
    feed(warehouse, FIRST)
    warehouse.build()
    feed(warehouse, FIRST, SECOND)
    assert warehouse.dbt(*test).success
    # Read, and neither admitted nor refused.
    warehouse.build("--select", "int_arrivals")
    assert warehouse.dbt(*test).statuses == {test[-1]: "fail"}
    warehouse.build()
    assert warehouse.dbt(*test).success


def test_run_that_overlooks_a_row_fails(warehouse):
    """In the run that reads the rows, every row recorded before must be accounted for."""
    feed(warehouse, FIRST, SECOND)
    [path] = warehouse.settings["label_nodes"]
    warehouse.settings["label_nodes"] = ["raw_labels"]
    warehouse.execute(f"create table raw_labels as select * from '{path}' where node_id = '1'")
    warehouse.build()
    # The second row is there from the second look on, so the model does not see it and the test does.
    warehouse.execute(f"""
        drop table raw_labels cascade;
        create sequence looks;
        create view raw_labels as
        select labels.* from '{path}' as labels, (select nextval('looks') as look) as looks
        where node_id = '1' or look > 1;
    """)
    test = "every_raw_row_is_accounted_for"
    outcome = warehouse.dbt("build", "--select", "int_arrivals", test)
    assert warehouse.query("select count(*) from int_arrivals") == [(0,)]
    assert outcome.statuses[test] == "fail"
    assert warehouse.dbt("test", "--select", test).success


def json_lines(path: Path, *lines: str) -> None:
    """Write a file of JSON lines."""
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.long
def test_json_says_the_same_however_it_grows(warehouse):
    """What other rows hold does not change a row: ids, labels and attributes are read as written."""
    path = warehouse.folder / "labels.jsonl"
    upper = "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"
    midnight = "2024-01-01T00:00:00Z"
    first = (
        f'{{"node_id": "{upper}", "feature_id": "{midnight}", "label": 1, '
        '"created_at": "2024-01-05T01:00:00+02:00", "attributes": {"a": 1}}'
    )
    many = [
        f'{{"node_id": "n{number}", "feature_id": "f{number}", "label": "x", "created_at": "2024-01-06"}}'
        for number in range(30_000)
    ]
    # A key that no line before had.
    last = (
        f'{{"node_id": "z", "parent_ids": ["{upper}"], "feature_id": "{midnight}", "label": 1.5, '
        '"created_at": "2024-02-05", "attributes": {"b": 2}}'
    )
    json_lines(path, first)
    warehouse.settings["label_nodes"] = [str(path)]
    warehouse.build()
    columns = "node_id, feature_id, label, created_at::varchar, attributes"
    ledger = f"select {columns} from int_ledger where batch = 1"
    before = warehouse.query(ledger)
    assert before == [(upper, midnight, "1", "2024-01-04 23:00:00", '{"a":1}')]
    json_lines(path, first, *many, last)
    warehouse.build()
    assert warehouse.query(ledger) == before
    assert warehouse.query("select count(*) from rejected_label_nodes") == [(0,)]
    assert warehouse.query("select child_id, parent_id, status from label_edges") == [
        ("z", upper, "effective")
    ]
    assert warehouse.query("select label, attributes from label_nodes where node_id = 'z'") == [
        ("1.5", '{"b":2}')
    ]


def test_parents_of_both_columns_count(warehouse):
    """Who fills parent_id and parent_ids names them all: an empty list beside a parent takes nothing away."""
    path = warehouse.folder / "labels.csv"
    path.write_text(
        "node_id,parent_id,parent_ids,feature_id,label,created_at\n"
        "1,,[],a,cat,2024-01-05\n"
        "2,1,[],a,dog,2024-01-06\n"
        '3,1,"[""2""]",a,emu,2024-01-07\n'
        "4,1,broken,a,emu,2024-01-08\n"
    )
    warehouse.settings["label_nodes"] = [str(path)]
    outcome = warehouse.dbt("build")
    assert outcome.success, outcome.output or outcome.messages
    assert warehouse.query("select node_id, parent_ids from label_nodes order by 1") == [
        ("1", []),
        ("2", ["1"]),
        ("3", ["1", "2"]),
    ]
    assert warehouse.query("select distinct node_id, reason from rejected_label_nodes") == [
        ("4", "invalid_parent_ids")
    ]


def test_ids_that_are_floats_are_refused(warehouse):
    """A column of whole numbers with gaps may arrive as floats; 1.0 would find no parent 1."""
    path = warehouse.folder / "labels.parquet"
    values = "1 as node_id, null::double as parent_id, 'a' as feature_id, 'cat' as label"
    duckdb.sql(f"copy (select {values}, date '2024-01-05' as created_at) to '{path}' (format parquet)")
    outcome = warehouse.dbt("run", settings={"label_nodes": [str(path)]})
    assert not outcome.success
    assert "the column 'parent_id' of the input" in outcome.output
    assert "is of type DOUBLE, which cannot hold ids" in outcome.output


def test_named_time_zones_are_refused(warehouse):
    """Not every engine knows every zone, and a wrong instant would be worse than none."""
    path = warehouse.folder / "labels.csv"
    path.write_text(
        "node_id,feature_id,label,created_at\n"
        "1,a,cat,2024-02-05 10:00:00 Europe/Berlin\n"
        "2,a,cat,2024-02-05T10:00:00+01:00\n"
    )
    warehouse.build(settings={"label_nodes": [str(path)]})
    assert warehouse.query("select node_id, hour(recorded_at) from label_nodes") == [("2", 9)]
    assert warehouse.query("select node_id, reason from rejected_label_nodes") == [("1", "invalid_time")]


@pytest.mark.long
def test_demo_and_own_labels_stay_apart(warehouse, demo, tmp_path):
    """Settings forgotten in one run, or a database that the demo was built in: nothing is admitted."""
    own = {"label_nodes": [str(warehouse.write_labels([FIRST]))]}
    warehouse.build(settings=own)
    warehouse.dbt("seed")
    outcome = warehouse.dbt("run")
    assert "this database holds labels of your own" in outcome.output
    assert warehouse.query("select node_id from int_ledger") == [("1",)]
    warehouse.build(settings=own)

    outcome = demo.copy(tmp_path / "demo").dbt("run", settings=own)
    assert "this database holds the demo" in outcome.output
