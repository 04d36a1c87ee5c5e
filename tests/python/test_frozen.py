"""Frozen means frozen: whatever is done afterwards, the released versions stay as they were."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from cases import mostly_long
from consumer import install, write_consumer
from warehouse import REPOSITORY, Warehouse

LOGS = [
    "int_ledger",
    "int_ledger_batches",
    "int_ledger_edges",
    "int_rejections",
    "int_splits",
    "int_freeze_log",
]
# Logs too, which are empty where nothing is redacted.
REDACTION_LOGS = ["int_redactions", "int_erasures"]

# A chain (f1), a tie that an expert merges (f2), labels that stay (f3, f4), a retraction (f5).
RELEASED = [
    {"node_id": "a1", "feature_id": "f1", "label": "cat", "created_at": "2024-01-05"},
    {"node_id": "b1", "feature_id": "f2", "label": "cat", "created_at": "2024-01-06"},
    {"node_id": "b2", "feature_id": "f2", "label": "dog", "created_at": "2024-01-07"},
    {"node_id": "c1", "feature_id": "f3", "label": "dog", "created_at": "2024-01-08"},
    {"node_id": "d1", "feature_id": "f4", "label": "cat", "created_at": "2024-01-09"},
    {"node_id": "e1", "feature_id": "f5", "label": "cat", "created_at": "2024-01-10"},
    {"node_id": "a2", "parent_id": "a1", "feature_id": "f1", "label": "dog", "created_at": "2024-02-05"},
    {"node_id": "b3", "parent_id": "b1", "feature_id": "f2", "label": "dog", "created_at": "2024-02-07"},
    {"node_id": "b3", "parent_id": "b2", "feature_id": "f2", "label": "dog", "created_at": "2024-02-07"},
    {"node_id": "e2", "parent_id": "e1", "feature_id": "f5", "label": None, "created_at": "2024-02-08"},
    # Refused, so that the log of rejections has a row.
    {"node_id": "x1", "parent_id": "x1", "feature_id": "f1", "label": "cat", "created_at": "2024-02-09"},
]
NEWER = [
    {"node_id": "c2", "parent_id": "c1", "feature_id": "f3", "label": "cat", "created_at": "2024-03-05"},
    {"node_id": "g1", "feature_id": "f6", "label": "cat", "created_at": "2024-03-06"},
]
LATE = {"node_id": "d2", "parent_id": "d1", "feature_id": "f4", "label": "dog", "created_at": "2024-01-15"}
VERSIONS = {"v1": "2024-01-31 23:59:59", "v2": "2024-02-29 23:59:59"}
V3 = {"v3": "2024-03-31 23:59:59"}


def declare(warehouse: Warehouse, versions: dict[str, str]) -> None:
    """Declare the versions of the dataset `animals` from now on."""
    rows = ", ".join(f"('animals', '{version}', '{as_of}')" for version, as_of in versions.items())
    warehouse.execute(
        f"create or replace table declared as select * from (values {rows}) as rows (dataset, version, as_of)"
    )


def feed(warehouse: Warehouse, *rows: dict) -> None:
    """Make these rows the whole raw table from now on."""
    labels = warehouse.write_labels({"annotator_id": "ann", **row} for row in rows)
    warehouse.execute(f"create or replace table raw_labels as select * from '{labels}'")


def released_state(warehouse: Warehouse) -> dict[str, list[tuple]]:
    """All that was published with v1 and v2, and all that any log holds, in a fixed order."""
    state = {
        table: warehouse.query(f"select * from {table} where version in ('v1', 'v2') order by all")
        for table in ["training_set", "training_set_changes", "dataset_versions"]
    }
    logs = {log: warehouse.query(f"select * from {log} order by all") for log in LOGS + REDACTION_LOGS}
    return {**state, **logs}


def assert_still_frozen(warehouse: Warehouse, before: dict[str, list[tuple]]) -> None:
    """What was published is equal; a log may have grown, but holds all that it held."""
    after = released_state(warehouse)
    for table, rows in before.items():
        if table in LOGS + REDACTION_LOGS:
            # A row's text stands for it: lists cannot be members of a set.
            assert {*map(repr, rows)} <= {*map(repr, after[table])}, f"{table} lost rows"
            assert len({*map(repr, after[table])}) == len(after[table]), f"{table} holds a row twice"
        else:
            assert after[table] == rows, f"{table} changed"


def copy_project(folder: Path) -> Path:
    """A copy of this project, to be edited."""
    skipped = shutil.ignore_patterns(
        ".*", "target*", "logs", "*.duckdb", "dbt_packages", "tests", "__pycache__"
    )
    return Path(shutil.copytree(REPOSITORY, folder / "project", ignore=skipped))


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there, once."""
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Warehouse:
    """Two versions, released."""
    built = Warehouse(tmp_path_factory.mktemp("released"))
    # Inputs in the database itself, so that they are restored with it and the settings never change.
    built.settings = {
        "label_nodes": ["raw_labels"],
        "datasets": [{"name": "animals", "ties": "smallest"}],
        "dataset_versions": "declared",
    }
    feed(built, *RELEASED)
    declare(built, VERSIONS)
    built.build()
    shutil.copy(built.database, built.folder / "saved.duckdb")
    return built


@pytest.fixture
def released(original) -> Warehouse:
    """The released warehouse as it was, in its place: what dbt has parsed stays good."""
    shutil.copy(original.folder / "saved.duckdb", original.database)
    return original


@pytest.fixture
def before(released) -> dict[str, list[tuple]]:
    """What must stay."""
    state = released_state(released)
    empty = {table for table, rows in state.items() if not rows}
    assert empty == {*REDACTION_LOGS}, "every other log has rows, or comparing them would say nothing"
    return state


@pytest.fixture(scope="module")
def third_release(original) -> list[tuple]:
    """What v3 holds when nothing goes wrong on the way; times of the run itself are left out."""
    warehouse = original
    shutil.copy(warehouse.folder / "saved.duckdb", warehouse.database)
    feed(warehouse, *RELEASED, *NEWER)
    declare(warehouse, VERSIONS | V3)
    warehouse.build()
    return whole_release(warehouse)


def whole_release(warehouse: Warehouse) -> list[tuple]:
    """Rows, changes, registry and leaves: equal for equal histories."""
    return [
        warehouse.query("select * from training_set order by all"),
        warehouse.query("select * from training_set_changes order by all"),
        warehouse.query("select * exclude (frozen_at) from dataset_versions order by all"),
        warehouse.query("select * from label_nodes order by node_id"),
        warehouse.query("select * from label_edges order by all"),
        warehouse.query("select * exclude (first_seen_at) from rejected_label_nodes order by all"),
    ]


def test_rerun_and_full_refresh_change_nothing(released, before):
    """Neither a plain re-run nor `--full-refresh`, alone or repeated, touches a log."""
    for arguments in [(), ("--full-refresh",)]:
        released.build(*arguments)
        assert released_state(released) == before


@pytest.mark.parametrize("flag", ["--empty", "--sample=3 days"])
def test_partial_builds_are_refused(released, before, flag):
    """`--empty` and `--sample` would log an empty or partial truth: every log says so in one sentence."""
    for log in LOGS + REDACTION_LOGS:
        outcome = released.dbt("run", "--select", log, flag)
        assert not outcome.success
        word = flag.removeprefix("--").split("=")[0]
        assert f"'{log}' is a log and is never built with --{word}, which would record" in outcome.output
    outcome = released.dbt("run", "--full-refresh", flag)
    assert not outcome.success
    assert {outcome.statuses[log] for log in LOGS} <= {"error", "skipped"}
    assert released_state(released) == before


@pytest.mark.long
def test_empty_derived_tables_fill_up_again(released, before):
    """Everything but the logs may be emptied: the next plain run restores it."""
    released.build("--empty", "--full-refresh", "--exclude", *LOGS, *REDACTION_LOGS)
    assert released.query("select count(*) from training_set") == [(0,)]
    released.build()
    assert released_state(released) == before


OVERRIDES = {
    "table": {"+materialized": "table"},
    "view": {"label_lineage": {"intermediate": {"+materialized": "view"}}},
    "incremental": {
        "label_lineage": {
            "intermediate": {"+materialized": "incremental", "+on_schema_change": "append_new_columns"}
        }
    },
}


@pytest.mark.long
@pytest.mark.parametrize(("materialized", "models"), OVERRIDES.items(), ids=OVERRIDES.keys())
def test_materialization_cannot_be_overridden_from_outside(released, before, tmp_path, materialized, models):
    """A project that installs the package overrides its models' settings; a log refuses before it runs."""
    released = released.copy(tmp_path)
    released.project = write_consumer(tmp_path / "project", {}, models=models)
    install(released)
    for log in LOGS:
        outcome = released.dbt("run", "--select", log, "--full-refresh")
        assert outcome.statuses == {log: "error"}
        assert (
            f"'{log}' is a log and must stay materialized as insert_only, not {materialized}, "
            "which would erase it; take the setting out of dbt_project.yml."
        ) in outcome.output
    assert released_state(released) == before


@pytest.mark.long
def test_materialization_cannot_be_edited(released, before, tmp_path):
    """An edit of the logs' own files is refused as well, one by one and with --full-refresh."""
    released = released.copy(tmp_path)
    released.project = copy_project(tmp_path)
    for log in LOGS + REDACTION_LOGS:
        model = next((released.project / "models").rglob(f"{log}.sql"))
        edit(model, "materialized='insert_only'", "materialized='table'")
    for log in LOGS:
        outcome = released.dbt("run", "--select", log, "--full-refresh")
        assert outcome.statuses == {log: "error"}
        assert f"'{log}' is a log and must stay materialized as insert_only, not table" in outcome.output
    assert released_state(released) == before


def test_changed_sql_counts_from_the_next_version(released, before, tmp_path):
    """Another way to consolidate changes the next version, never a released one."""
    released = released.copy(tmp_path)
    released.project = copy_project(tmp_path)
    edit(
        released.project / "macros" / "consolidation" / "outcomes.sql",
        "then label end as label",
        "then upper(label) end as label",
    )
    feed(released, *RELEASED, *NEWER)
    declare(released, VERSIONS | V3)
    released.build("--full-refresh")
    assert_still_frozen(released, before)
    changed = released.query(
        "select feature_id, label from training_set_changes where version = 'v3' order by 1"
    )
    assert changed == [("f3", "CAT"), ("f6", "CAT")]


@pytest.mark.long
def test_many_labels_are_replayed_in_parts(released, tmp_path):
    """Verify recomputes every part of the features, so a row is found in its own; a data test takes the part due."""
    released = released.copy(tmp_path)
    released.project = copy_project(tmp_path)
    edit(
        released.project / "macros" / "versions" / "recomputed_differences.sql",
        "return(25000000)",
        "return(5)",
    )
    shutil.copytree(REPOSITORY / "tests" / "generic", released.project / "tests" / "generic")
    shutil.copy(REPOSITORY / "tests" / "frozen_versions_can_be_recomputed.sql", released.project / "tests")
    n_parts = 1 + released.query("select count(*) from int_ledger")[0][0] // 5
    title = "The ledger, replayed, gives every version, part {} of " + str(n_parts)
    outcome = released.dbt("run-operation", "verify")
    assert outcome.success, outcome.output
    assert all(f"ok      {title.format(part)}\n" in outcome.output for part in range(1, n_parts + 1))
    released.execute("update int_freeze_log set cause = 'vote' where entry = 'row' and feature_id = 'f3'")
    outcome = released.dbt("run-operation", "verify")
    (failed,) = (
        line for line in outcome.output.splitlines() if line.startswith("FAILED  The ledger, replayed")
    )
    assert "the ledger gives another cause" in outcome.output
    assert (
        "1 check(s) failed, see above; do what a row says and, where it says nothing, restore"
        in outcome.output
    )
    part = int(failed.split(" part ")[1].split()[0]) - 1
    found = []
    for _ in range(n_parts):
        released.execute("update int_ledger set batch = batch + 1")
        found += released.dbt("test", "--select", "frozen_versions_can_be_recomputed").statuses.values()
    (last,) = released.query("select max(batch) from int_ledger")
    assert found == [
        "fail" if number % n_parts == part else "pass" for number in range(last[0] - n_parts + 1, last[0] + 1)
    ]


def test_changed_policy_counts_from_the_next_version(released, before):
    """A higher quorum empties the next version, by cause `policy`; the registry keeps both policies."""
    declare(released, VERSIONS | V3)
    released.build(settings={"datasets": [{"name": "animals", "ties": "smallest", "min_labels": 2}]})
    assert_still_frozen(released, before)
    # The expert's merge of f2 counts on its own.
    assert released.query("""
        select feature_id, change, cause from training_set_changes where version = 'v3' order by all
    """) == [("f1", "removed", "policy"), ("f3", "removed", "policy"), ("f4", "removed", "policy")]
    assert released.query("""
        select version, cast(policy ->> 'min_labels' as integer), n_rows
        from dataset_versions order by version
    """) == [("v1", 1, 5), ("v2", 1, 4), ("v3", 2, 1)]


def test_changed_raw_rows_are_conflicts(released, before):
    """A label rewritten in the raw table is refused; what was admitted stays."""
    feed(released, *({**row, "label": "fox"} for row in RELEASED))
    declare(released, VERSIONS | V3)
    released.build("--full-refresh")
    assert_still_frozen(released, before)
    assert released.query(
        "select distinct reason from rejected_label_nodes where label = 'fox' order by 1"
    ) == [
        ("conflict",),
        ("self_parent",),
    ]
    assert released.query("select count(*) from training_set where label = 'fox'") == [(0,)]


def test_deleted_raw_rows_stay_in_the_ledger(released, before):
    """Nothing that was admitted needs its raw row again, not even for the next version."""
    feed(released, *NEWER)
    declare(released, VERSIONS | V3)
    released.build("--full-refresh")
    assert_still_frozen(released, before)
    assert released.query("select feature_id, label from training_set where version = 'v3' order by 1") == [
        ("f1", "dog"),
        ("f2", "dog"),
        ("f3", "cat"),
        ("f4", "cat"),
        ("f6", "cat"),
    ]


def test_late_rows_count_from_the_next_version(released, before):
    """A label recorded before a frozen cutoff that arrives after it never enters that version."""
    late = {
        "node_id": "d2",
        "parent_id": "d1",
        "feature_id": "f4",
        "label": "dog",
        "created_at": "2024-01-15",
    }
    feed(released, *RELEASED, late)
    released.build()
    assert_still_frozen(released, before)
    declare(released, VERSIONS | V3)
    released.build()
    assert_still_frozen(released, before)
    assert released.query("""
        select feature_id, change, cause, previous_label, label from training_set_changes where version = 'v3'
    """) == [("f4", "changed", "late", "cat", "dog")]
    assert released.query("""
        select recorded_at = timestamp '2024-01-15', effective_at = timestamp '2024-02-29 23:59:59.000001'
        from label_nodes where node_id = 'd2'
    """) == [(True, True)]


@pytest.mark.long
def test_run_that_stops_between_two_logs_is_completed(third_release, released, before):
    """A run killed after any log and before the next is completed by a plain re-run."""
    feed(released, *RELEASED, *NEWER)
    declare(released, VERSIONS | V3)
    for last in ["int_ledger", "int_ledger_edges", "int_splits", "int_freeze_log"]:
        released.build("--select", f"+{last}")
        assert_still_frozen(released, before)
    released.build()
    assert whole_release(released) == third_release


def said(warehouse: Warehouse, command: str) -> str:
    """What a command prints, whether it fails or not."""
    return warehouse.dbt("run-operation", command).output


def unfinished(table: str) -> str:
    """What `verify` says while a table is behind."""
    return f"the last run did not finish, for {table}; run everything (dbt build), then verify again."


@pytest.mark.long
def test_an_unfinished_run_is_no_damage(released):
    """Verify asks for the run that finishes it, whichever log is behind, and for a backup if more than that is wrong."""
    feed(released, *RELEASED, *NEWER)
    released.build("--select", "+int_ledger")
    behind = "int_ledger_{} of int_ledger yet"
    assert unfinished(behind.format("batches does not hold batch 2")) in said(released, "verify")
    released.build("--select", "+int_ledger_batches")
    assert unfinished(behind.format("edges does not hold the links of batch 2")) in said(released, "verify")
    released.build("--select", "+int_ledger_edges")
    assert "Verified: 2 frozen version(s)" in said(released, "verify")
    # A label that moved to a batch that no run made is missing in its own.
    released.execute("update int_ledger set batch = 3 where node_id = 'c1'")
    assert "FAILED  No label went missing from the ledger" in said(released, "verify")


def test_what_was_frozen_and_not_published_is_no_longer_planned(released):
    """Also where changes are looked for again, against the log that holds them already; and verify asks to finish it."""
    feed(released, *RELEASED, *NEWER)
    declare(released, VERSIONS | V3)
    released.build("--select", "+int_freeze_log", "int_ledger_batches")
    released.build("--select", "int_changes")
    behind = 'int_training_rows does not hold version "v3" of "animals" yet, which int_freeze_log does'
    assert unfinished(behind) in said(released, "verify")
    planned = said(released, "plan")
    assert "Dataset versions to come: none" in planned
    assert "What the labels admitted so far would change: none" in planned


def test_what_was_frozen_and_not_published_is_in_latest(released):
    """However many runs stop before they publish it, as where a test of the freeze log fails night after night."""
    latest = "select * from training_set where version = 'latest' order by feature_id"
    feed(released, *RELEASED, *NEWER)
    before = released.query(latest)
    declare(released, VERSIONS | V3)
    stopped = ["--select", "+int_freeze_log", "int_ledger_batches"]
    released.build(*stopped)
    head = released.query(latest)
    assert head != before
    released.build(*stopped)
    assert released.query(latest) == head
    released.build()
    assert released.query(latest) == head


def test_links_that_are_not_logged_are_never_passed_over(released):
    """What follows the links from batch to batch waits for their log, as long as a label names a parent."""
    followers = ["int_children", "int_lineage", "int_overturn_rates"]
    root = {"node_id": "h1", "feature_id": "f7", "label": "cat", "created_at": "2024-03-07"}
    feed(released, *RELEASED, root)
    released.build("--select", "+int_ledger")
    released.build("--select", *followers)
    feed(released, *RELEASED, root, *NEWER)
    released.build("--select", "+int_ledger")
    outcome = released.dbt("run", "--select", *followers)
    for model in followers:
        assert (
            'int_ledger_edges" does not hold the links of batch 3 of "warehouse"."main"."int_ledger" yet, '
            f"and '{model}' would never see them; run everything (dbt build); nothing was written."
        ) in outcome.messages[model]
    released.build("--select", "+int_lineage")
    assert released.query("select depth, root_ids from int_lineage where node_id = 'c2'") == [(1, ["c1"])]


@pytest.fixture(scope="module")
def fragile_place(original, tmp_path_factory) -> Warehouse:
    """A copy whose models fail right after they wrote, when the table `full_disk` names them."""
    copied = original.copy(tmp_path_factory.mktemp("fragile"))
    copied.project = copy_project(copied.folder)
    settings = copied.project / "dbt_project.yml"
    project = yaml.safe_load(settings.read_text())
    project["models"]["label_lineage"]["+post-hook"] = (
        "select error(message) from full_disk where model = '{{ this.identifier }}'"
    )
    settings.write_text(yaml.safe_dump(project))
    return copied


@pytest.fixture
def fragile(original, fragile_place) -> Warehouse:
    """The released warehouse as it was, to break in the middle of a run."""
    shutil.copy(original.folder / "saved.duckdb", fragile_place.database)
    return fragile_place


@pytest.mark.parametrize(
    ("broken", "recovery"),
    mostly_long(
        [
            ("int_ledger", "run"),
            ("int_lineage", "run"),
            ("int_freeze_log", "run"),
            ("int_training_rows", "retry"),
        ],
        short=[("int_freeze_log", "run")],
    ),
)
def test_error_in_the_middle_is_mended_by_the_next_run(third_release, fragile, before, broken, recovery):
    """A statement that fails after a model wrote leaves the released versions alone, and nothing twice."""
    feed(fragile, *RELEASED, *NEWER)
    declare(fragile, VERSIONS | V3)
    fragile.execute(f"create table full_disk as select '{broken}' as model, 'the disk is full' as message")
    outcome = fragile.dbt("run", "--write-json")
    assert outcome.statuses[broken] == "error"
    assert "the disk is full" in outcome.output
    assert_still_frozen(fragile, before)
    fragile.execute("delete from full_disk")
    outcome = fragile.dbt(recovery)
    assert outcome.success, outcome.output
    assert_still_frozen(fragile, before)
    assert whole_release(fragile) == third_release


@pytest.mark.long
def test_dropped_derived_tables_come_back(third_release, released, before):
    """Only the logs hold the truth: everything else can be dropped and is rebuilt from them."""
    objects = released.query("select table_name, table_type from information_schema.tables")
    for name, kind in objects:
        if name not in [*LOGS, "raw_labels", "declared"]:
            released.execute(f'drop {"view" if kind == "VIEW" else "table"} "{name}"')
    released.build()
    assert released_state(released) == before
    for name in ["int_children", "int_lineage", "int_training_rows"]:
        released.execute(f"drop table {name} cascade")
    feed(released, *RELEASED, *NEWER)
    declare(released, VERSIONS | V3)
    released.build()
    assert whole_release(released) == third_release


@pytest.mark.parametrize(
    "change", ["add column surprise integer", "drop column {column}", "rename column {column} to surprise"]
)
def test_columns_that_no_longer_fit_are_refused(released, change):
    """A log of another release is neither rebuilt nor half filled."""
    columns = {"int_ledger": "source", "int_freeze_log": "row_hash"}
    for log, column in columns.items():
        released.execute(f"alter table {log} {change.format(column=column)}")
        rows = released.query(f"select * from {log} order by all")
        outcome = released.dbt("run", "--select", log, "--full-refresh")
        assert not outcome.success
        assert "has the columns" in outcome.output
        assert "nothing was written" in outcome.output
        assert released.query(f"select * from {log} order by all") == rows


def test_log_replaced_by_a_view_is_refused(released):
    """A view under the name of a log is somebody's mistake; nothing is dropped to make room."""
    released.execute("alter table int_splits rename to my_splits")
    released.execute("create view int_splits as select * from my_splits")
    outcome = released.dbt("run", "--select", "int_splits", "--full-refresh")
    assert not outcome.success
    assert "'int_splits' is a log but" in outcome.output
    assert "is a view; move that object away, nothing was changed" in outcome.output
    assert released.query("select count(*) from my_splits") == [(5,)]


@pytest.mark.long
def test_clone_leaves_the_logs_alone(released, before, tmp_path):
    """`dbt clone` into the same place finds every relation there and touches none."""
    assert released.dbt("parse", "--write-json").success
    state = tmp_path / "state"
    state.mkdir()
    shutil.copy(released.folder / "target" / "manifest.json", state)
    outcome = released.dbt("clone", "--state", str(state))
    assert outcome.success, outcome.output
    assert released_state(released) == before
    # With this flag dbt makes a view of every table, here of the table itself.
    outcome = released.dbt("clone", "--state", str(state), "--full-refresh")
    assert not outcome.success
    for log in LOGS:
        assert f"'{log}' is a log, which dbt clone --full-refresh would erase" in outcome.output
    released.build()
    assert released_state(released) == before
