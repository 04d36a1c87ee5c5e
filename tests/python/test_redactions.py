"""Erasure: what is redacted is gone from every table, stays gone, and the frozen versions still verify."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pytest
from warehouse import Warehouse

# f1 is corrected twice, f2 is a merge, f3 is in dispute, f4 gets a label of a class of its own.
SECRET, NAME = "xyzzy the secret", "Ann Other"
LABELS = [
    {"node_id": "a1", "feature_id": "f1", "label": SECRET, "annotator_id": NAME, "created_at": "2024-01-05",
     "attributes": '{"by": "Ann Other"}', "source": "xyzzy archive", "split_group": "redacted-xyzzy group"},
    {"node_id": "a2", "parent_id": "a1", "feature_id": "f1", "label": "cat", "annotator_id": "bob",
     "created_at": "2024-02-05", "split_group": "redacted-xyzzy group"},
    {"node_id": "b1", "feature_id": "f2", "label": "cat", "annotator_id": NAME, "created_at": "2024-01-06"},
    {"node_id": "b2", "feature_id": "f2", "label": "dog", "annotator_id": "bob", "created_at": "2024-01-07"},
    {"node_id": "b3", "parent_id": "b1", "feature_id": "f2", "label": "dog", "annotator_id": NAME,
     "created_at": "2024-02-07"},
    {"node_id": "b3", "parent_id": "b2", "feature_id": "f2", "label": "dog", "annotator_id": NAME,
     "created_at": "2024-02-07"},
    {"node_id": "c1", "feature_id": "f3", "label": "cat", "annotator_id": NAME, "created_at": "2024-01-08"},
    {"node_id": "c2", "feature_id": "f3", "label": "redacted-xyzzy too", "annotator_id": "bob", "created_at": "2024-01-09"},
    {"node_id": "d1", "feature_id": "f4", "label": "dog", "annotator_id": "bob", "created_at": "2024-01-10"},
    {"node_id": "d2", "feature_id": "f4", "label": "dog", "annotator_id": NAME, "created_at": "2024-01-11"},
    # Refused rows hold payloads too.
    {"node_id": "x1", "parent_id": "x1", "feature_id": "f1", "label": SECRET, "annotator_id": NAME,
     "created_at": "2024-02-09"},
    {"node_id": "a1", "feature_id": "f1", "label": "xyzzy again", "annotator_id": NAME, "created_at": "2024-02-10"},
]  # fmt: skip
NEWER = [
    {"node_id": "d3", "parent_id": "d1", "feature_id": "f4", "label": "cat", "annotator_id": NAME,
     "created_at": "2024-03-05", "attributes": '{"by": "Ann Other"}'},
    {"node_id": "a3", "parent_id": "a2", "feature_id": "f1", "label": SECRET, "annotator_id": "bob",
     "created_at": "2024-03-06"},
]  # fmt: skip
VERSIONS = {"v1": "2024-01-31 23:59:59", "v2": "2024-02-29 23:59:59"}
V3 = {"v3": "2024-03-31 23:59:59"}
FEATURES = [
    {"feature_id": "f1", "reason": "licence withdrawn"},
    {"feature_id": "f3", "reason": "licence withdrawn"},
]
ANNOTATOR = [{"annotator_id": NAME, "reason": "asked to"}]
MAJORITY = {"name": "animals", "min_agreement": 0.6}


def declare(warehouse: Warehouse, versions: Mapping[str, str]) -> None:
    """Declare the versions of the dataset `animals` from now on."""
    rows = ", ".join(f"('animals', '{version}', '{as_of}')" for version, as_of in versions.items())
    warehouse.execute(
        f"create or replace table declared as select * from (values {rows}) as rows (dataset, version, as_of)"
    )


def feed(warehouse: Warehouse, rows: Iterable[Mapping]) -> None:
    """Make these rows the whole raw table from now on; it is the user's and no redaction touches it."""
    labels = warehouse.write_labels(rows)
    warehouse.execute(f"create or replace table raw_labels as select * from '{labels}'")


def redact(warehouse: Warehouse, rows: Iterable[Mapping[str, str]]) -> dict:
    """Declare redactions in a table of the user's, and give the setting that names it."""
    warehouse.execute(
        "create or replace table asked (feature_id varchar, annotator_id varchar, reason varchar, redacted_at varchar)"
    )
    with duckdb.connect(str(warehouse.database)) as connection:
        for row in rows:
            connection.execute(
                "insert into asked values (?, ?, ?, ?)",
                [row.get(column) for column in ("feature_id", "annotator_id", "reason", "redacted_at")],
            )
    return {"redactions": ["asked"]}


def found_in(warehouse: Warehouse, text: str) -> list[str]:
    """Every table and view of the project with a value that holds the text; the user's own tables apart.

    `stg_label_nodes` and `stg_redactions` are views that show these.
    """
    relations = warehouse.query(
        "select table_name from information_schema.tables where table_schema = 'main'"
    )
    users = {"raw_labels", "declared", "asked", "stg_label_nodes", "stg_redactions"}
    return sorted(
        name
        for (name,) in relations
        if name not in users
        and warehouse.query(f'select 1 from "{name}" as t where t::varchar ilike ? limit 1', f"%{text}%")
    )


def verify(warehouse: Warehouse) -> tuple[bool, str]:
    """Whether `verify` passes, also of the raw rows that are left, and what it says."""
    outcome = warehouse.dbt("run-operation", "verify", "--args", "{inputs: true}")
    return outcome.success, outcome.output


def redacted_rows(said: str) -> list[list[str]]:
    """What `verify` says of the redacted rows: dataset, version, rows and how many of them are redacted."""
    table = said.split("Redacted rows, checked by", 1)[1].split("\n", 1)[1].split("Not replayed")[0]
    return [line.split() for line in table.strip().splitlines()[1:]]


def registry(warehouse: Warehouse) -> list[tuple]:
    """What the registry says of each version but for the time of freezing."""
    return warehouse.query(
        "select * exclude (frozen_at) from dataset_versions order by dataset, version_number"
    )


def make(folder: Path, policy: Mapping, labels: Iterable[Mapping] = LABELS) -> Warehouse:
    """Two released versions, saved to start from."""
    built = Warehouse(folder)
    built.settings = {"label_nodes": ["raw_labels"], "datasets": [policy], "dataset_versions": "declared"}
    feed(built, labels)
    declare(built, VERSIONS)
    built.build()
    shutil.copy(built.database, built.folder / "saved.duckdb")
    return built


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Warehouse:
    """Two versions, released, under a vote."""
    return make(tmp_path_factory.mktemp("redacted"), MAJORITY)


@pytest.fixture
def released(original) -> Warehouse:
    """The released warehouse as it was."""
    shutil.copy(original.folder / "saved.duckdb", original.database)
    return original


def test_the_secrets_are_everywhere_before(released):
    """The sweep finds what is there, or finding nothing later would say nothing."""
    holders = {"int_ledger", "int_rejections", "int_freeze_log", "int_training_rows", "int_splits"}
    assert holders | {"label_nodes", "training_set", "training_set_changes", "review_queue"} <= {
        *found_in(released, "xyzzy")
    }
    assert "int_ledger" in found_in(released, NAME)


def test_a_redacted_feature_is_gone_and_its_versions_still_verify(released):
    """Labels, votes, source, group and attributes go; ids, outcomes, digests and the registry stay."""
    before = registry(released)
    kept = "node_id, feature_id, parent_ids, content_hash, batch, recorded_at, effective_at, admitted_at"
    nodes = released.query(f"select {kept} from int_ledger order by node_id")
    digests = released.query(
        "select feature_id, version, row_hash, outcome, change, leaf_node_ids from int_freeze_log where entry = 'row' order by all"
    )
    outcome = released.dbt("build", settings=redact(released, FEATURES))
    assert outcome.success, outcome.output
    assert found_in(released, "xyzzy") == []
    assert registry(released) == before
    assert released.query(f"select {kept} from int_ledger order by node_id") == nodes
    assert (
        released.query(
            "select feature_id, version, row_hash, outcome, change, leaf_node_ids from int_freeze_log where entry = 'row' order by all"
        )
        == digests
    )
    assert released.query("select distinct feature_id from training_set order by all") == [("f2",), ("f4",)]
    assert released.query("select feature_id, reason from review_queue") == [("f2", "four_eyes")]
    assert released.query("select distinct feature_id, is_redacted from label_nodes order by all") == [
        ("f1", True), ("f2", False), ("f3", True), ("f4", False),
    ]  # fmt: skip
    assert released.query(
        "select version, feature_id, change, label, previous_label, is_redacted from training_set_changes where feature_id = 'f1' order by version_number"
    ) == [("v1", "f1", "added", None, None, True), ("v2", "f1", "changed", None, None, True)]
    assert released.query("select feature_id, status, n_nodes, problem from label_redactions order by all") == [
        ("f1", "erased", 2, None), ("f3", "erased", 2, None),
    ]  # fmt: skip
    passed, said = verify(released)
    assert passed, said
    assert "ok      What was redacted is gone" in said
    assert redacted_rows(said) == [["animals", "v1", "2", "1"], ["animals", "v2", "3", "1"]]
    explained = released.dbt(
        "run-operation", "explain", "--args", "{dataset: animals, feature_id: f1, version: v1}"
    )
    assert explained.success and "it was redacted" in explained.output and "(redacted)" in explained.output
    assert "xyzzy" not in explained.output


@pytest.mark.long
def test_rates_after_a_redaction_are_those_of_a_rebuild(released):
    """No digest of a label that was erased stays in the history of overturned labels."""
    released.build(settings=redact(released, FEATURES))
    rates = "select * exclude (batch) from int_overturn_rates order by all"
    kept = released.query(rates)
    released.build("--full-refresh")
    assert kept == released.query(rates)
    assert kept, "somebody still has labels"


@pytest.mark.long
def test_a_redacted_feature_leaves_the_next_version_and_stays_out(released):
    """The version after says so; raw rows that come again or anew bring nothing back, also without the setting."""
    released.build(settings=redact(released, FEATURES))
    feed(released, [*LABELS, *NEWER])
    declare(released, VERSIONS | V3)
    outcome = released.dbt("build")
    assert outcome.success, outcome.output
    assert released.query(
        "select feature_id, change, cause, outcome, is_redacted from training_set_changes where version = 'v3' order by feature_id"
    ) == [
        ("f1", "removed", "redaction", "redacted", True),
        ("f3", "left_out", "redaction", "redacted", True),
        ("f4", "removed", "correction", "tie", False),
    ]
    assert released.query("select version, n_rows, n_removed from dataset_versions order by version_number")[
        2:
    ] == [("v3", 1, 2)]
    assert found_in(released, "xyzzy") == []
    assert released.query("select node_id from label_nodes where node_id in ('a3', 'd3')") == [("d3",)]
    assert released.query("select count(*) from int_erasures") == [(1,)]
    passed, said = verify(released)
    assert passed, said
    assert [row[1] for row in redacted_rows(said)] == ["v1", "v2"], "v3 no longer holds a redacted row"
    released.execute("update int_freeze_log set cause = 'vote' where feature_id = 'f3' and version = 'v3'")
    assert "has another cause than its outcome" in verify(released)[1]
    released.execute(
        "update int_freeze_log set cause = 'redaction' where feature_id = 'f3' and version = 'v3'"
    )
    released.build()
    assert released.query("select * from int_changes") == [], "it leaves once"


@pytest.mark.long
def test_a_redacted_annotator_is_a_pseudonym_and_every_label_stays(released):
    """One name becomes one pseudonym everywhere, so what was decided by who said what stays as it was."""
    before, rows = registry(released), released.frozen()
    said_by = released.query(
        "select annotator_id, list(node_id order by node_id) from label_nodes group by annotator_id order by 2"
    )
    feed(released, [*LABELS, *NEWER])
    outcome = released.dbt("build", settings=redact(released, ANNOTATOR))
    assert outcome.success, outcome.output
    assert found_in(released, NAME) == []
    assert registry(released) == before
    assert released.frozen() == rows
    [(pseudonym,)] = released.query("select annotator_id from label_redactions")
    assert pseudonym.startswith("redacted-")
    now_by = released.query(
        "select annotator_id, list(node_id order by node_id) from label_nodes where node_id not in ('a3', 'd3') group by annotator_id order by 2"
    )
    assert now_by == [(pseudonym if name == NAME else name, nodes) for name, nodes in said_by]
    assert released.query("select annotator_id, attributes from label_nodes where node_id = 'd3'") == [
        (pseudonym, None)
    ]
    assert released.query("select count(*) from int_ledger") == [(11,)], (
        "old rows are duplicates, not conflicts"
    )
    assert released.query("select attributes from label_nodes where node_id = 'a1'") == [(None,)]
    assert "xyzzy" in str(released.query("select label from label_nodes where node_id = 'a1'"))
    passed, said = verify(released)
    assert passed, said
    n_labels = sum(len(nodes) for name, nodes in said_by if name == NAME)
    n_labels += sum(row["annotator_id"] == NAME for row in NEWER)
    told = said.split("Labels of redacted annotators, who have pseudonyms since", 1)[1].split()
    assert told[:4] == ["task", "labels", "default", str(n_labels)], told
    rates = "select * exclude (batch) from int_overturn_rates order by all"
    kept = released.query(rates)
    released.build("--full-refresh")
    assert released.query(rates) == kept, "what is known of an annotator goes on under the pseudonym"
    assert found_in(released, NAME) == []
    assert verify(released)[0]


@pytest.mark.long
def test_what_is_redacted_before_the_first_build_never_enters(warehouse):
    """Nothing of the feature is admitted, and of the annotator only labels under the pseudonym."""
    warehouse.settings = {
        "label_nodes": ["raw_labels"],
        "datasets": [MAJORITY],
        "dataset_versions": "declared",
    }
    feed(warehouse, LABELS)
    declare(warehouse, VERSIONS)
    warehouse.build(settings=redact(warehouse, FEATURES + ANNOTATOR))
    assert found_in(warehouse, "xyzzy") == found_in(warehouse, NAME) == []
    assert warehouse.query("select distinct feature_id from int_ledger order by all") == [("f2",), ("f4",)]
    assert warehouse.query("select distinct feature_id from training_set order by all") == [("f2",), ("f4",)]
    assert verify(warehouse)[0]


@pytest.mark.long
def test_a_run_that_was_killed_is_finished_by_the_next(released):
    """Asked for but not carried out is told, and the next run does it, also from halfway and without the setting."""
    released.build("--select", "stg_redactions", "int_redactions", settings=redact(released, FEATURES))
    # Where updates are no transaction, some may have been made.
    released.execute(
        "update int_freeze_log set label = null, previous_label = null, label_distribution = null where feature_id = 'f1'"
    )
    passed, said = verify(released)
    assert not passed and "is asked for and not carried out; run dbt build" in said
    assert "--full-refresh" not in said, "what waits is not what came back"
    assert released.query("select distinct status from label_redactions") == [("waiting",)]
    released.build()
    assert found_in(released, "xyzzy") == []
    assert verify(released)[0]
    # One more, when others are carried out.
    more = redact(released, [*FEATURES, {"feature_id": "f2"}])
    released.build("--select", "stg_redactions", "int_redactions", settings=more)
    passed, said = verify(released)
    assert not passed and "is asked for and not carried out; run dbt build" in said
    assert "the last erasure left" not in said, said
    released.build()
    assert verify(released)[0]


@pytest.mark.long
def test_a_failed_erasure_changes_nothing(released):
    """On an engine with transactions the updates and the note of them come together or not at all."""
    settings = redact(released, FEATURES)
    before = released.query("select * from int_ledger order by node_id")
    released.execute("alter table int_training_rows rename column label_distribution to elsewhere")
    outcome = released.dbt("run", "--select", "+int_erasures", settings=settings)
    assert not outcome.success
    assert released.query("select * from int_ledger order by node_id") == before
    released.execute("alter table int_training_rows rename column elsewhere to label_distribution")
    released.build()
    assert found_in(released, "xyzzy") == []


def test_a_declaration_that_nobody_can_carry_out_holds_up_nothing(released):
    """The data test that tells it comes last: the others are erased, and new labels come in and are read."""
    feed(released, [*LABELS, *NEWER])
    settings = redact(released, [*FEATURES, {"reason": "nobody"}])
    outcome = released.dbt("build", "--exclude", "test_type:generic", settings=settings)
    assert outcome.statuses.pop("redactions_are_carried_out") == "fail"
    assert {*outcome.statuses.values()} <= {"success", "pass"}, outcome.statuses
    assert found_in(released, "xyzzy") == []
    assert released.query("select node_id from label_nodes where node_id in ('a3', 'd3')") == [("d3",)]


def test_what_is_erased_is_gone_from_latest_before_it_is_built_anew(released):
    """Should the run stop in between, also of a label that no version holds yet."""
    feed(released, [*LABELS, *NEWER])
    released.build()
    of_feature = "from training_set where feature_id = 'f1' and version = 'latest'"
    assert released.query(f"select label {of_feature}") == [(SECRET,)]
    released.build("--select", "+int_erasures", settings=redact(released, FEATURES))
    assert released.query("select distinct status from label_redactions") == [("erased",)]
    assert released.query(f"select label {of_feature}") == []
    assert {"int_changes", "training_set"}.isdisjoint(found_in(released, "xyzzy"))


TAMPERING = {
    "a row emptied without a redaction": "update int_freeze_log set label = null, previous_label = null, label_distribution = null where feature_id = 'f4'",
    "a label emptied without a redaction": "update int_ledger set label = null, source = null, attributes = null where feature_id = 'f4'",
    "another hash for a redacted row": "update int_freeze_log set row_hash = md5('x') where feature_id = 'f1' and version = 'v2'",
    "another outcome for a redacted row": "update int_freeze_log set outcome = 'human' where feature_id = 'f1' and version = 'v2'",
    "another cause for a redacted row": "update int_freeze_log set cause = 'vote' where feature_id = 'f1' and version = 'v1'",
    "a redacted row deleted": "delete from int_freeze_log where feature_id = 'f1' and version = 'v2'",
    "a redacted node deleted": "delete from int_ledger where node_id = 'a2'",
    "a redaction taken back": "delete from int_redactions where feature_id = 'f1'",
    "a payload put back": "update int_ledger set label = 'cat' where node_id = 'a2'",
    "a row put back": "update int_freeze_log set label = 'cat', label_distribution = '{}' where feature_id = 'f1' and version = 'v2'",
    "another's label under the pseudonym": "update int_ledger set label = 'cat', attributes = null, annotator_id = (select annotator_id from int_redactions where annotator_id is not null) where node_id = 'd1'",
    "another label under the pseudonym": "update int_ledger set label = 'cat' where node_id = 'd2'",
}  # fmt: skip


@pytest.fixture(scope="module")
def erased(tmp_path_factory) -> Warehouse:
    """Two versions, and a feature and an annotator redacted since."""
    built = make(tmp_path_factory.mktemp("erased"), MAJORITY)
    built.build(settings=redact(built, FEATURES + ANNOTATOR))
    assert verify(built)[0]
    shutil.copy(built.database, built.folder / "saved.duckdb")
    return built


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
def test_tampering_that_passes_for_a_redaction_is_found(erased, statement):
    """A redaction excuses what it took out, and nothing else."""
    shutil.copy(erased.folder / "saved.duckdb", erased.database)
    erased.execute(statement)
    passed, said = verify(erased)
    assert not passed, said
    assert "FAILED" in said


@pytest.mark.long
def test_a_table_that_was_put_back_is_told_and_erased_again(erased):
    """After a restored backup, --full-refresh carries out every redaction anew."""
    shutil.copy(erased.folder / "saved.duckdb", erased.database)
    erased.execute("update int_ledger set label = 'xyzzy' where feature_id = 'f1'")
    outcome = erased.dbt("test", "--select", "redactions_are_carried_out")
    assert not outcome.success
    assert "holds what was redacted; run dbt build --full-refresh" in verify(erased)[1]
    erased.build("--full-refresh")
    assert found_in(erased, "xyzzy") == []


# Three annotators of ten features; one class is that of a single feature.
CROWD = [
    {"node_id": f"{feature}-{place}", "feature_id": f"g{feature}", "annotator_id": who, "created_at": "2024-01-05",
     "label": "redacted-xyzzy" if feature == 9 else ("cat" if (feature + (who == NAME and feature % 4 == 0)) % 2 else "dog")}
    for feature in range(10)
    for place, who in enumerate((NAME, "bob", "cleo"))
]  # fmt: skip


@pytest.fixture(scope="module")
def crowd(tmp_path_factory) -> Warehouse:
    """Two versions under a model of the annotators."""
    policy = {"name": "animals", "consolidation": "dawid_skene", "iterations": 5}
    return make(tmp_path_factory.mktemp("crowd"), policy, CROWD)


@pytest.mark.long
def test_estimates_of_a_redacted_annotator_verify_under_the_pseudonym(crowd):
    """The model takes the pseudonym for the same annotator, so that every version can be replayed."""
    shutil.copy(crowd.folder / "saved.duckdb", crowd.database)
    assert "annotator_confusion" in found_in(crowd, NAME)
    before = registry(crowd)
    crowd.build(settings=redact(crowd, ANNOTATOR))
    assert found_in(crowd, NAME) == []
    assert registry(crowd) == before
    passed, said = verify(crowd)
    assert passed, said
    assert crowd.query("select n_estimates > 0 from int_erasures") == [(True,)]
    crowd.execute(
        "update int_freeze_log set probability = probability / 2 where annotator_id like 'redacted-%'"
    )
    assert not verify(crowd)[0]


def test_estimates_stay_with_their_version(crowd):
    """They name the version, task and time of the registry."""
    shutil.copy(crowd.folder / "saved.duckdb", crowd.database)
    assert verify(crowd)[0]
    for change in ("version = 'v9'", "task = 'other'", "frozen_at = frozen_at - to_days(1)"):
        shutil.copy(crowd.folder / "saved.duckdb", crowd.database)
        crowd.execute(f"update int_freeze_log set {change} where entry = 'annotator' and version = 'v1'")
        passed, said = verify(crowd)
        assert not passed and "FAILED  No estimate of an annotator was changed" in said, said


@pytest.mark.long
def test_estimates_that_heard_a_redacted_label_are_proved_but_not_replayed(crowd):
    """A class that only the feature had goes too; what cannot be replayed any more is said, later versions can."""
    shutil.copy(crowd.folder / "saved.duckdb", crowd.database)
    before = registry(crowd)
    crowd.build(settings=redact(crowd, [{"feature_id": "g9"}]))
    assert found_in(crowd, "xyzzy") == []
    assert registry(crowd) == before
    declare(crowd, VERSIONS | V3 | {"v4": "2024-04-30 23:59:59"})
    crowd.build()
    passed, said = verify(crowd)
    assert passed, said
    assert "Not replayed" in said and said.split("Not replayed")[1].split()[-4:] == [
        "animals",
        "v2",
        "animals",
        "v3",
    ]


def test_a_redaction_that_cannot_be_carried_out_is_told_and_keeps_no_other_back(released):
    """The row is refused with a reason for as long as it is declared; names with quotes are names."""
    released.execute(
        "update int_ledger set annotator_id = 'o''brien; drop table int_ledger' where node_id = 'd1'"
    )
    settings = redact(
        released,
        [
            {"feature_id": "f1", "redacted_at": "2024-05-01 10:00:00"},
            {"annotator_id": "o'brien; drop table int_ledger"},
            {"feature_id": "f2", "annotator_id": NAME},
            {"annotator_id": "model:x"},
            {"reason": "nobody"},
            {"feature_id": "mistyped", "redacted_at": "some day"},
        ],
    )
    released.build(settings={**settings, "model_annotators": ["model:*"]})
    problems = released.query(
        "select feature_id, status, problem, n_nodes, redacted_at::varchar from label_redactions order by all"
    )
    assert problems == [
        ("f1", "erased", None, 2, "2024-05-01 10:00:00"),
        ("f2", "refused", "names a feature and an annotator; give each a row of its own", 0, None),
        ("mistyped", "erased", None, 0, None),
        (None, "erased", None, 1, None),
        (
            None,
            "refused",
            "names a program of the setting model_annotators, whose labels would from then on count as those of a person",
            0,
            None,
        ),
        (None, "refused", "names neither a feature nor an annotator", 0, None),
    ]
    assert "brien" not in str(released.query("select annotator_id from label_nodes"))
    outcome = released.dbt(
        "test",
        "--select",
        "redactions_are_carried_out",
        settings={**settings, "model_annotators": ["model:*"]},
    )
    assert not outcome.success and "Got 3 results" in outcome.output
    assert released.dbt("build", "--select", "stg_redactions", "redactions_are_carried_out").success


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        (
            "asked; drop table int_ledger",
            "which is neither a file (.parquet, .csv, .json) nor a relation name",
        ),
        ("not_there", "there is no such table or view in this database"),
        ("nothing/*.csv", "no such file was found"),
        ({"feature_id": "f1"}, "write a relation such as schema.table, a file, or {ref: model}"),
        ("raw_labels", "has no column 'reason'"),
        ("numbers", "is of type DOUBLE, which cannot hold ids"),
    ],
    ids=str,
)
def test_a_declaration_that_cannot_be_read_stops_the_run(released, setting, sentence):
    """Nobody may think that something was erased when it was not."""
    released.execute(
        "create or replace table numbers as select 1.5::double as feature_id, null::varchar as annotator_id, '' as reason, '' as redacted_at"
    )
    outcome = released.dbt("run", "--select", "stg_redactions", settings={"redactions": setting})
    assert not outcome.success
    assert "Label Lineage: " in outcome.output and sentence in outcome.output, outcome.output


@pytest.mark.long
def test_redactions_come_from_files_too(released):
    """A CSV file, in which an empty cell names nothing; the queue goes out without what was erased."""
    queue = released.folder / "queue.json"
    command = ["--dataset", "animals", "--data", "image={feature_id}", "-o", str(queue)]
    released.export_queue(*command)
    assert "xyzzy" in queue.read_text()
    path = released.folder / "redactions.csv"
    path.write_text("feature_id,annotator_id,reason,redacted_at\nf3,,licence,2024-05-01\n")
    released.build(settings={"redactions": str(path)})
    assert released.query("select feature_id, annotator_id, reason from int_redactions") == [
        ("f3", None, "licence")
    ]
    released.export_queue(*command)
    assert "xyzzy" not in queue.read_text() and "f2" in queue.read_text()
