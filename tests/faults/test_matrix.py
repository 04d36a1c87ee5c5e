"""Every dbt command and flag, and every change to the project, against all that was ever frozen."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml
from test_frozen import (
    LOGS,
    NEWER,
    REDACTION_LOGS,
    RELEASED,
    V3,
    VERSIONS,
    assert_still_frozen,
    copy_project,
    declare,
    edit,
    feed,
    released_state,
    whole_release,
)
from warehouse import REPOSITORY, Warehouse

RELEASES = Path(__file__).parent / "releases"


class Place:
    """Two versions that are released, a feature that was redacted since, and a third version that is due."""

    def __init__(self, folder: Path) -> None:
        """Release, and see what the third version holds when nothing goes wrong."""
        self.warehouse = new_warehouse(folder)
        self.warehouse.build()
        redact(self.warehouse)
        self.warehouse.build()
        self.before = released_state(self.warehouse)
        assert all(self.before.values()), "every log has rows, or comparing them would say nothing"
        feed(self.warehouse, *RELEASED, *NEWER)
        declare(self.warehouse, VERSIONS | V3)
        shutil.copy(self.warehouse.database, folder / "saved.duckdb")
        outcome = self.warehouse.dbt("parse", "--write-json")
        assert outcome.success, outcome.output
        (folder / "state").mkdir()
        shutil.copy(folder / "target" / "manifest.json", folder / "state")
        self.warehouse.build()
        self.wanted = whole_release(self.warehouse)

    def begin(self) -> Warehouse:
        """The warehouse as it was."""
        shutil.copy(self.warehouse.folder / "saved.duckdb", self.warehouse.database)
        return self.warehouse


def new_warehouse(folder: Path) -> Warehouse:
    """A warehouse with the raw rows and declarations of the first two versions."""
    made = Warehouse(folder)
    made.settings = {
        "label_nodes": ["raw_labels"],
        "datasets": [{"name": "animals", "ties": "smallest"}],
        "dataset_versions": "declared",
        "redactions": ["asked"],
    }
    feed(made, *RELEASED)
    declare(made, VERSIONS)
    made.execute(
        "create table asked (feature_id varchar, annotator_id varchar, reason varchar, redacted_at varchar)"
    )
    return made


def redact(warehouse: Warehouse) -> None:
    """Ask that a feature of both versions be redacted."""
    warehouse.execute("insert into asked values ('f4', null, 'licence withdrawn', null)")


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    """One place for all commands."""
    return Place(tmp_path_factory.mktemp("matrix"))


COMMANDS = [
    "run",
    "build",
    "run --full-refresh",
    "build --full-refresh --threads 8",
    "run --empty",
    "build --empty --full-refresh",
    "run --sample=3days",
    "run --fail-fast --warn-error",
    "run --event-time-start 2024-01-01 --event-time-end 2024-02-01",
    "run --select int_ledger --full-refresh",
    "run --select int_freeze_log --full-refresh",
    "run --select +int_freeze_log --full-refresh",
    "run --select int_children int_lineage int_training_rows --full-refresh",
    "run --exclude int_ledger_batches int_splits",
    "run --exclude int_ledger_edges",
    "run --selector nightly --full-refresh",
    "run --selector monthly --full-refresh",
    "run --select state:modified+ --state {folder}/state",
    "run --defer --favor-state --state {folder}/state --full-refresh",
    "retry",
    "retry --full-refresh",
    "clone --state {folder}/state",
    "clone --state {folder}/state --full-refresh",
    "seed --full-refresh",
    "snapshot",
    "test",
    "test --store-failures",
    "source freshness",
    "compile",
    "docs generate",
    "list",
    "parse",
    "show --select training_set --limit 5",
    "run-operation summary",
    "run-operation verify",
    "run-operation plan",
    "run-operation explain --args {{dataset:animals,feature_id:f1}}",
    "run-operation compare --args {{dataset:animals,old:v1,new:v2}}",
]


@pytest.mark.long
@pytest.mark.parametrize("command", COMMANDS)
def test_command_leaves_what_is_frozen(place, command):
    """Whether it succeeds or is refused, nothing frozen changes, and a plain run finishes."""
    warehouse = place.begin()
    words = [word.format(folder=warehouse.folder) for word in command.split()]
    words = [re.sub(r"(\w):(\w)", r"\1: \2", word) if word.startswith("{") else word for word in words]
    words = [word.replace("=3days", "=3 days") for word in words]
    if words[0] == "retry":
        # Of a run that failed: a log takes nothing from tables that another run built.
        assert not warehouse.dbt(
            "run", "--select", "int_freeze_log", "stg_label_nodes", "--write-json"
        ).success
    outcome = warehouse.dbt(*words)
    assert words[0] != "retry" or "int_freeze_log" in outcome.messages, outcome.output
    if words[0] == "clone" and "--full-refresh" in words:
        # The logs refuse. Everything else is a view of itself now, which no reader can read until the next run.
        for log in LOGS + REDACTION_LOGS:
            assert "which dbt clone --full-refresh would erase" in outcome.output
            assert f"'{log}' is a log" in outcome.output
        warehouse.build()
    else:
        for name, message in outcome.messages.items():
            # Refused in a sentence of our own, or a data test that looks at labels not admitted yet.
            assert "Label Lineage: " in message or outcome.statuses[name] == "fail", message
    assert_still_frozen(warehouse, place.before)
    again = warehouse.dbt("run")
    assert again.success, again.output
    assert whole_release(warehouse) == place.wanted


def every_log(change) -> None:
    """A change of the file of each log."""

    def apply(project: Path) -> None:
        for log in LOGS + REDACTION_LOGS:
            change(next((project / "models").rglob(f"{log}.sql")))

    return apply


def config(**values: object):
    """A setting of dbt_project.yml for all models between the raw rows and the marts."""

    def apply(project: Path) -> None:
        settings = yaml.safe_load((project / "dbt_project.yml").read_text())
        settings["models"]["label_lineage"]["intermediate"].update(values)
        (project / "dbt_project.yml").write_text(yaml.safe_dump(settings))

    return apply


def columns(change: str):
    """A column of the ledger more, less or of another type, in its SQL and its contract."""

    def apply(project: Path) -> None:
        model = project / "models" / "intermediate" / "admission" / "int_ledger.sql"
        described = model.with_name("_admission.yml")
        settings = yaml.safe_load(described.read_text())
        ledger = next(one for one in settings["models"] if one["name"] == "int_ledger")
        if change == "added":
            edit(
                model,
                "    candidates.source,\n",
                "    candidates.source,\n    candidates.source as surprise,\n",
            )
            place = [one["name"] for one in ledger["columns"]].index("source") + 1
            ledger["columns"].insert(place, {**ledger["columns"][place - 1], "name": "surprise"})
        elif change == "of another type":
            edit(model, "    run.batch,\n", "    cast(run.batch as varchar) as batch,\n")
            next(one for one in ledger["columns"] if one["name"] == "batch")["data_type"] = "string"
        else:
            edit(model, "    candidates.source,\n", "")
            ledger["columns"] = [one for one in ledger["columns"] if one["name"] != "source"]
        described.write_text(yaml.safe_dump(settings, sort_keys=False))

    return apply


CHANGES = {
    "materialized as ephemeral": (
        every_log(lambda path: edit(path, "'insert_only'", "'ephemeral'")),
        "is a log and must stay materialized as insert_only, not ephemeral",
    ),
    "materialized as materialized_view": (
        every_log(lambda path: edit(path, "'insert_only'", "'materialized_view'")),
        "is a log and must stay materialized as insert_only, not materialized_view",
    ),
    "full_refresh allowed": (
        every_log(lambda path: edit(path, "full_refresh=false", "full_refresh=true")),
        None,
    ),
    "contract not enforced": (
        every_log(lambda path: edit(path, "'enforced': true", "'enforced': false")),
        None,
    ),
    "columns added": (columns("added"), "has the columns"),
    "columns dropped": (columns("dropped"), "has the columns"),
    # Written as the type that the log has.
    "column of another type": (columns("of another type"), None),
    "every table incremental": (
        config(**{"+materialized": "incremental"}),
        "is made anew by every run and cannot be materialized as incremental",
    ),
    "every table a view": (config(**{"+materialized": "view"}), None),
    "schema changes append": (config(**{"+on_schema_change": "sync_all_columns"}), None),
}


@pytest.mark.long
@pytest.mark.parametrize("name", CHANGES)
def test_changed_project_leaves_what_is_frozen(place, tmp_path, name):
    """An edit of the project is refused or harmless, with --full-refresh, too."""
    change, refusal = CHANGES[name]
    edited = place.begin().copy(tmp_path)
    edited.project = copy_project(tmp_path)
    change(edited.project)
    for arguments in (["run"], ["run", "--full-refresh"]):
        outcome = edited.dbt(*arguments)
        assert_still_frozen(edited, place.before)
        if refusal:
            assert not outcome.success
            assert refusal in outcome.output, outcome.output
    edited.project = REPOSITORY
    again = edited.dbt("run", parse=True)
    assert again.success, again.output
    assert whole_release(edited) == place.wanted


@pytest.mark.long
def test_another_schema_leaves_what_is_frozen(place, tmp_path):
    """It has logs of its own, which the published views read then; the first ones stay, and are read again."""
    edited = place.begin().copy(tmp_path)
    edited.project = copy_project(tmp_path)
    config(**{"+schema": "elsewhere"})(edited.project)
    for arguments in (["run"], ["run", "--full-refresh"]):
        outcome = edited.dbt(*arguments)
        assert outcome.success, outcome.output
        assert edited.query(
            "select distinct table_schema from information_schema.tables where table_name = 'int_ledger' order by all"
        ) == [("main",), ("main_elsewhere",)]
        after = released_state(edited)
        assert {log: after[log] for log in LOGS + REDACTION_LOGS} == {
            log: place.before[log] for log in LOGS + REDACTION_LOGS
        }
    edited.project = REPOSITORY
    again = edited.dbt("run", parse=True)
    assert again.success, again.output
    assert_still_frozen(edited, place.before)
    assert whole_release(edited) == place.wanted


def record(folder: Path, work: Path) -> None:
    """Write the logs of two released versions and a redaction, as this release makes them. See CONTRIBUTING on releases."""
    made = new_warehouse(work)
    made.build()
    redact(made)
    made.build()
    folder.mkdir(parents=True, exist_ok=True)
    for log in LOGS + REDACTION_LOGS:
        made.execute(f"copy (select * from {log} order by all) to '{folder}/{log}.parquet' (format parquet)")


@pytest.mark.parametrize("release", sorted(path.name for path in RELEASES.glob("*")))
def test_upgrade_from_a_release(place, tmp_path, release):
    """The logs of a release, as it left them: nothing in them changes, and the next version goes on top."""
    upgraded = new_warehouse(tmp_path)
    redact(upgraded)
    logs = LOGS + REDACTION_LOGS
    for log in logs:
        upgraded.execute(f"create table {log} as select * from '{RELEASES / release / log}.parquet'")
    recorded = {log: upgraded.query(f"select * from {log} order by all") for log in logs}
    upgraded.build("--full-refresh")
    kept = {log: upgraded.query(f"select * from {log} order by all") for log in logs}
    # A full refresh erases again, and notes that.
    assert kept.pop("int_erasures")[:1] == recorded.pop("int_erasures")
    assert kept == recorded
    assert upgraded.query("select version, fingerprint from dataset_versions order by 1") == upgraded.query(
        f"select version, fingerprint from '{RELEASES / release}/int_freeze_log.parquet' "
        "where entry = 'version' order by 1"
    )
    feed(upgraded, *RELEASED, *NEWER)
    declare(upgraded, VERSIONS | V3)
    outcome = upgraded.dbt("build")
    assert outcome.success, outcome.output or outcome.messages
    assert whole_release(upgraded) == place.wanted


if __name__ == "__main__":
    import tempfile

    version = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text())["version"]
    with tempfile.TemporaryDirectory() as temporary:
        record(RELEASES / version, Path(temporary))
    print(f"recorded {RELEASES / version}")
