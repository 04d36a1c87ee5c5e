"""What a database with several writers meets, and data too large for the others; what all engines do is in test_engines.py."""

from __future__ import annotations

import contextlib
import signal
import time

import batches
import erasures
import pytest
import structured
import yaml
from engine import REPOSITORY, SHARED, differences


def test_distances_of_texts_need_an_extension(new_postgres):
    """Which is named."""
    postgres = new_postgres()
    structured.load(postgres, 12)
    with pytest.raises(AssertionError, match="needs the Postgres extension fuzzystrmatch; run `create"):
        postgres.dbt("run", settings=structured.SETTINGS)


def test_a_log_has_its_unique_index_whichever_run_made_it(new_postgres):
    """Also the freeze log, when the first run is a nightly one, which freezes nothing."""
    postgres = new_postgres()
    batches.load(postgres, 1)
    for selector in ("nightly", "monthly"):
        postgres.dbt("run", "--selector", selector, settings=batches.SETTINGS)
        indexes = postgres.query(
            "select indexname from pg_indexes where indexdef like 'CREATE UNIQUE%' order by 1"
        )
        logs = ("int_freeze_log", "int_ledger", "int_ledger_edges", "int_rejections")
        assert {f"{log}_once" for log in logs} <= {name for (name,) in indexes}


@pytest.mark.long
def test_redactions_are_the_same(new_postgres, new_duckdb):
    """What is redacted is gone from every table, the frozen versions verify, and what is left is what DuckDB leaves."""
    marts = []
    for engine in (new_duckdb(), new_postgres()):
        said = erasures.redact(engine)
        assert "What was redacted is gone, and what stayed of it is unchanged" in said
        assert "Not replayed, because redacted labels had a voice in the estimates" in said
        marts.append(engine.write_marts(engine.folder / "marts"))
    assert differences(*marts) == {}


def test_native_types_and_absent_columns(new_postgres):
    """Arrays, jsonb and any time stamp read like their text; optional columns may be absent."""
    postgres = new_postgres()
    postgres.query("""
        create schema raw;
        set timezone = 'Asia/Tokyo';
        create table raw.arrays (
            node_id int, feature_id text, label text, parent_ids text[], created_at timestamptz
        );
        insert into raw.arrays values
            (1, 'f', 'a', null, '2024-01-01 09:30:00+09:30'),
            (2, 'f', 'b', '{1}', '2024-01-02'),
            (3, 'f', 'c', '{}', 'infinity');
        create table raw.documents (
            node_id text, feature_id text, label boolean, parent_ids jsonb, recorded_at timestamp,
            attributes jsonb
        );
        insert into raw.documents values
            ('4', 'g', true, '[]', '2024-01-03', '{"k": 1}'),
            ('5', 'g', false, '["4"]', '2024-01-04', null),
            ('6', 'g', false, '{"no": "array"}', '2024-01-04', null);
        create table raw.bare (node_id text, feature_id text, label text, created_at date);
        insert into raw.bare values ('7', 'h', 'x', '2024-01-05');
    """)
    postgres.dbt(
        "build",
        "--exclude-resource-type",
        "unit_test",
        settings={"label_nodes": ["raw.arrays", "raw.documents", "raw.bare"]},
    )
    nodes = postgres.query(
        "select node_id, label, parent_ids, recorded_at::text, task, attributes "
        "from label_nodes order by node_id"
    )
    assert nodes == [
        ("1", "a", [], "2024-01-01 00:00:00", "default", None),
        # Midnight in Tokyo, where the row was written.
        ("2", "b", ["1"], "2024-01-01 15:00:00", "default", None),
        ("4", "true", [], "2024-01-03 00:00:00", "default", '{"k": 1}'),
        ("5", "false", ["4"], "2024-01-04 00:00:00", "default", None),
        ("7", "x", [], "2024-01-05 00:00:00", "default", None),
    ]
    refused = postgres.query("select node_id, reason from rejected_label_nodes order by node_id")
    assert refused == [("3", "invalid_time"), ("6", "invalid_parent_ids")]


@pytest.mark.long
def test_label_errors_is_the_same(new_postgres, new_duckdb):
    """Ten corrected test sets with their two-parent nodes, in two batches: the same fingerprints on both."""
    source = SHARED / "realdata" / "label_errors" / "label_nodes.parquet"
    if not source.exists():
        pytest.skip("the published label data (../shared/realdata) is not beside this checkout")
    expected, postgres = new_duckdb(), new_postgres()
    columns = [row[0] for row in expected.query(f"describe select * from '{source}'")]
    rows = expected.query(
        f"select {', '.join(f'cast({column} as varchar)' for column in columns)} from '{source}'"
    )
    table = dict.fromkeys(columns, "varchar")
    settings = {"label_nodes": ["raw.labels"]}
    for batch in ([row for row in rows if hash_of(row) < 0.6], rows):
        for engine in (expected, postgres):
            engine.create("raw.labels", table, batch)
            engine.dbt("build", "--exclude-resource-type", "unit_test", settings=settings)
    wanted = expected.write_marts(expected.folder / "marts")
    assert differences(wanted, postgres.write_marts(postgres.folder / "marts")) == {}
    assert expected.query("select count(*) from label_nodes where n_parents = 2") == [(82_772,)]


def hash_of(row: tuple) -> float:
    """A number from 0 to 1 that stays the same for a row's feature."""
    return sum(map(ord, row[2] or "")) % 10 / 10


def test_grants_reach_the_marts_alone(new_postgres, tmp_path):
    """A reporter who is granted the marts reads them, and none of the tables behind them, after every run."""
    project = tmp_path / "project"
    project.mkdir()
    for entry in ("macros", "models", "seeds", "tests", "analyses"):
        (project / entry).symlink_to(REPOSITORY / entry)
    settings = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text())
    settings["models"]["label_lineage"]["marts"]["+grants"] = {"select": ["reporter"]}
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    postgres = new_postgres(project=project)
    for _ in range(2):
        postgres.dbt("build", "--exclude-resource-type", "unit_test")
        postgres.query("grant usage on schema label_lineage to reporter")
        assert postgres.query("select count(*) from training_set", user="reporter")[0][0] > 0
        with pytest.raises(Exception, match="permission denied for table int_ledger"):
            postgres.query("select count(*) from int_ledger", user="reporter")


def finish(process) -> str:
    """What a command printed, once it is over."""
    return process.communicate(timeout=600)[0]


@pytest.mark.parametrize("is_new", [True, False], ids=["empty database", "second batch"])
def test_of_two_runs_at_once_one_goes_on(new_postgres, wanted_batches, is_new):
    """Two runs that start together: one truth, nothing twice, and the other is told in a sentence."""
    postgres = new_postgres()
    batches.load(postgres, 1)
    if not is_new:
        postgres.dbt("run", settings=batches.SETTINGS)
        batches.load(postgres, 2)
    runs = [postgres.start("run", settings=batches.SETTINGS, name=name) for name in ("one", "other")]
    outputs = [finish(run) for run in runs]
    codes = [run.returncode for run in runs]
    assert 0 in codes, outputs[0][-3000:] + outputs[1][-3000:]
    for code, output in zip(codes, outputs, strict=True):
        if code != 0:
            assert "Label Lineage: another run" in output, output[-3000:]
            assert "Database Error" not in output, output[-3000:]
    check_against(postgres, wanted_batches[0 if is_new else 1])


def test_a_run_that_is_overtaken_stops(new_postgres, wanted_batches):
    """A run that starts while another is at work takes over, and what the other left does no harm."""
    postgres = new_postgres()
    batches.load(postgres, 1)
    postgres.dbt("run", settings=batches.SETTINGS)
    batches.load(postgres, 2)
    first = postgres.start("run", "--threads", "1", settings=batches.SETTINGS, name="one")
    wait_for(postgres, "select max(batch) = 2 from int_ledger", first)
    # However slow the machine is, the first has models left when the second takes over.
    first.send_signal(signal.SIGSTOP)
    second = postgres.start("run", settings=batches.SETTINGS, name="other")
    # It may have been stopped in a transaction that the second waits for.
    wait_for(
        postgres,
        "select count(*) > 0 from pg_stat_activity where wait_event = 'advisory' and datname = current_database()",
        second,
    )
    first.send_signal(signal.SIGCONT)
    outputs = finish(first), finish(second)
    assert second.returncode == 0, outputs[1][-3000:]
    assert first.returncode != 0, outputs[0][-3000:]
    assert "goes on alone; this run wrote nothing after that" in outputs[0], outputs[0][-3000:]
    check_against(postgres, wanted_batches[1])


def wait_for(postgres, condition: str, process) -> None:
    """Wait until a query is true, or the process is over."""
    while process.poll() is None:
        try:
            if postgres.query(condition) == [(True,)]:
                return
        except Exception as error:
            if "does not exist" not in str(error):
                raise
        time.sleep(0.02)


def check_against(postgres, wanted) -> None:
    """All tests hold and every row is as wanted, without a further run."""
    postgres.dbt("test", "--exclude-resource-type", "unit_test", settings=batches.SETTINGS)
    assert differences(wanted, postgres.write_marts(postgres.folder / "checked")) == {}


@pytest.mark.parametrize(
    "instant",
    [
        pytest.param("select max(batch) = 2 from int_ledger", id="labels admitted", marks=pytest.mark.long),
        pytest.param(
            "select count(*) > 0 from label_lineage.int_versions_due where version = 'v2' and dataset = 'queue'",
            id="versions planned",
            marks=pytest.mark.long,
        ),
        pytest.param(
            "select count(*) = 20 from int_freeze_log where entry = 'version'", id="versions frozen"
        ),
    ],
)
def test_a_killed_run_is_repaired_by_the_next(new_postgres, wanted_batches, instant):
    """Killed at any instant, the next plain run gives what an undisturbed one gives."""
    postgres = new_postgres()
    batches.load(postgres, 1)
    postgres.dbt("run", settings=batches.SETTINGS)
    batches.load(postgres, 2)
    killed = postgres.start("run", settings=batches.SETTINGS, name="killed")
    wait_for(postgres, instant, killed)
    killed.send_signal(signal.SIGKILL)
    finish(killed)
    assert killed.returncode == -signal.SIGKILL, "the run was over before it could be killed"
    postgres.dbt("run", settings=batches.SETTINGS)
    check_against(postgres, wanted_batches[1])


def test_reader_never_sees_part_of_a_version(new_postgres):
    """Who reads while a freeze is at work finds each version with all its rows and changes, or not at all."""
    postgres = new_postgres()
    batches.load(postgres, 1)
    postgres.dbt("run", settings=batches.SETTINGS)
    batches.load(postgres, 2)
    counts = """
        select versions.dataset, versions.version, versions.n_rows,
            (select count(*) from training_set as rows
             where rows.dataset = versions.dataset and rows.version = versions.version),
            versions.n_added + versions.n_changed + versions.n_removed,
            (select count(*) from training_set_changes as changes
             where changes.dataset = versions.dataset and changes.version = versions.version
                 and changes.change <> 'left_out')
        from dataset_versions as versions
    """
    run, n_versions = postgres.start("run", settings=batches.SETTINGS, name="freeze"), []
    while run.poll() is None:
        rows = postgres.query(counts)
        n_versions.append(len(rows))
        for dataset, version, n_rows, n_rows_found, n_changes, n_changes_found in rows:
            assert (n_rows, n_changes) == (n_rows_found, n_changes_found), (dataset, version)
        time.sleep(0.05)
    assert finish(run) is not None and run.returncode == 0
    assert set(n_versions) | {len(postgres.query(counts))} == {10, 20}
    postgres.dbt("run-operation", "verify", settings=batches.SETTINGS)


def test_other_columns_are_replaced(new_postgres):
    """What was made with other columns, types or collations gives way, be it a table or a view."""
    postgres = new_postgres()
    batches.load(postgres, 1)
    postgres.dbt("run", settings=batches.SETTINGS)

    def types():
        return postgres.query(
            "select attrelid::regclass::text, attname, format_type(atttypid, atttypmod) from pg_attribute "
            "where attnum > 0 and not attisdropped and attrelid in ('int_changes'::regclass, 'label_redactions'::regclass) "
            "order by 1, attnum"
        )

    def change(sql):
        with contextlib.closing(postgres.server.connect(postgres.database, "dbt")) as connection, connection:
            connection.cursor().execute(f"set search_path = label_lineage; {sql}")

    wanted = types()
    change(
        "alter table int_changes add column older text;"
        "drop view label_redactions; create view label_redactions as select 1 as older"
    )
    assert types() != wanted
    postgres.dbt("run", "--select", "int_changes", "label_redactions", settings=batches.SETTINGS)
    assert types() == wanted
    # A view cannot be given another collation.
    change(
        'create table raw.others as select *, feature_id collate "C" as sorted from raw.labels;'
        "alter table raw.others drop column feature_id; alter table raw.others rename column sorted to feature_id"
    )
    others = {**batches.SETTINGS, "label_nodes": ["raw.others"]}
    postgres.dbt("run", "--select", "stg_label_nodes", settings=others)
