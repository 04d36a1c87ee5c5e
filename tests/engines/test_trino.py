"""Trino on Iceberg tables stands killed runs and two at once; what all engines do is in test_engines.py."""

from __future__ import annotations

import re
import signal
import time

import batches
import crowd
import pytest
from engine import differences


def test_native_types_and_absent_columns(new_trino):
    """Arrays, time stamps with a zone and whole numbers read like their text; optional columns may be absent."""
    trino = new_trino()
    for statement in (
        "drop table if exists raw.arrays",
        "create table raw.arrays (node_id integer, feature_id varchar, label boolean, parent_ids array(integer), "
        "created_at timestamp(6) with time zone)",
        "insert into raw.arrays values (1, 'f', true, null, timestamp '2024-01-01 09:30:00.000001 +09:30'), "
        "(2, 'f', false, array[1], timestamp '2024-01-02 00:00:00 Asia/Tokyo'), "
        "(3, 'f', null, array[], timestamp '2024-03-10 12:00:00 UTC')",
        "drop table if exists raw.bare",
        "create table raw.bare (node_id varchar, feature_id varchar, label varchar, recorded_at timestamp(6), created_at date)",
        "insert into raw.bare values ('4', 'g', 'x', timestamp '2024-03-10 02:30:00.123456', date '2024-01-05'), "
        "('5', 'g', 'x', null, date '2024-01-05')",
    ):
        trino.query(statement)
    trino.dbt("run", settings={"label_nodes": ["raw.arrays", "raw.bare"]})
    nodes = trino.query(
        "select node_id, label, parent_ids, cast(recorded_at as varchar), cast(created_at as varchar) "
        "from label_nodes order by node_id"
    )
    assert nodes == [
        ("1", "true", [], "2024-01-01 00:00:00.000001", "2024-01-01 00:00:00.000001"),
        ("2", "false", ["1"], "2024-01-01 15:00:00.000000", "2024-01-01 15:00:00.000000"),
        ("3", None, [], "2024-03-10 12:00:00.000000", "2024-03-10 12:00:00.000000"),
        # In New York, where the server stands, there was no half past two that night.
        ("4", "x", [], "2024-03-10 02:30:00.123456", "2024-01-05 00:00:00.000000"),
        ("5", "x", [], "2024-01-05 00:00:00.000000", "2024-01-05 00:00:00.000000"),
    ]


def test_a_chain_deeper_than_recursion_goes(new_trino):
    """A chain of 200 corrections, where a recursive query would stop at ten, and a cycle of 40."""
    trino = new_trino()
    columns = ["node_id", "parent_id", "feature_id", "label", "annotator_id", "created_at"]
    chain = [
        [f"c{n}", f"c{n - 1}" if n else None, "chain", "x", f"who {n % 9}", "2024-01-01"] for n in range(200)
    ]
    ring = [[f"r{n}", f"r{(n + 1) % 40}", "ring", "x", None, "2024-01-01"] for n in range(40)]
    trino.create("raw.deep", dict.fromkeys(columns, "varchar"), chain + ring)
    trino.dbt("run", settings={"label_nodes": ["raw.deep"]})
    deepest = trino.query(
        "select depth, root_ids, human_attention from label_nodes order by depth desc limit 1"
    )
    assert deepest == [(199, ["c0"], 9)]
    assert trino.query("select reason, count(*) from rejected_label_nodes group by reason") == [("cycle", 40)]


def finish(process) -> str:
    """What a command printed, once it is over."""
    return process.communicate(timeout=900)[0]


def wait_for(trino, condition: str, process) -> None:
    """Wait until a query is true, or the process is over."""
    while process.poll() is None:
        try:
            if trino.query(condition) == [(True,)]:
                return
        except Exception as error:
            if "does not exist" not in str(error):
                raise
        time.sleep(0.2)


def check_against(trino, wanted) -> None:
    """All tests hold and every row is as wanted, without a further run. One test has too many stages for Trino."""
    trino.dbt(
        "test", "--exclude-resource-type", "unit_test", "--exclude", "frozen_versions_can_be_recomputed",
        settings=batches.SETTINGS,
    )  # fmt: skip
    assert differences(wanted, trino.write_marts(trino.folder / "checked")) == {}


@pytest.mark.long
def test_of_two_runs_one_goes_on(new_trino, wanted_batches):
    """A run that starts while another is at work is told in a sentence, and writes nothing."""
    trino = new_trino()
    batches.load(trino, 1)
    first = trino.start("run", settings=batches.SETTINGS, name="one")
    is_held = "select count(*) > 0 from information_schema.views where table_name = 'label_lineage_run'"
    wait_for(trino, f"{is_held} and table_schema = '{trino.schema}'", first)
    assert first.poll() is None, finish(first)[-3000:]
    # However slow the machine is, the first is at work when the second begins.
    first.send_signal(signal.SIGSTOP)
    second = trino.start("run", settings=batches.SETTINGS, name="other")
    refusal = finish(second)
    first.send_signal(signal.SIGCONT)
    assert second.returncode != 0, refusal[-3000:]
    assert re.search(r"Label Lineage: another run started on the schema \w+ at [-: 0-9]+ UTC", refusal), (
        refusal
    )
    output = finish(first)
    assert first.returncode == 0, output[-3000:]
    check_against(trino, wanted_batches[0])
    assert trino.query("show tables like 'label\\_lineage\\_run' escape '\\'") == []


@pytest.mark.long
def test_two_runs_that_start_together_end_as_one(new_trino, wanted_batches):
    """Neither can hold the schema twice: one run is whole, the other wrote nothing."""
    trino = new_trino()
    batches.load(trino, 1)
    runs = [trino.start("run", settings=batches.SETTINGS, name=name) for name in ("one", "other")]
    outputs = [finish(run) for run in runs]
    assert sorted(run.returncode != 0 for run in runs) == [False, True], (
        outputs[0][-2000:] + outputs[1][-2000:]
    )
    check_against(trino, wanted_batches[0])


@pytest.mark.long
@pytest.mark.parametrize(
    "instant",
    [
        "select max(batch) = 2 from int_ledger",
        "select count(*) = 20 from int_freeze_log where entry = 'version'",
    ],
    ids=["labels admitted", "versions frozen"],
)
def test_a_killed_run_is_repaired_by_the_next(new_trino, wanted_batches, instant):
    """Killed, a run leaves its lock; once that is dropped, the next plain run gives what an undisturbed one gives."""
    trino = new_trino()
    batches.load(trino, 1)
    trino.dbt("run", settings=batches.SETTINGS)
    batches.load(trino, 2)
    killed = trino.start("run", settings=batches.SETTINGS, name="killed")
    wait_for(trino, instant, killed)
    killed.send_signal(signal.SIGKILL)
    finish(killed)
    assert killed.returncode == -signal.SIGKILL, "the run was over before it could be killed"
    refused = trino.start("run", settings=batches.SETTINGS, name="refused")
    refusal = finish(refused)
    assert refused.returncode != 0
    statement = re.search(r"first (drop view \S+?)\.?\s", refusal)
    assert statement, refusal
    trino.query(statement[1])
    trino.dbt("run", settings=batches.SETTINGS)
    check_against(trino, wanted_batches[1])


def test_of_two_merges_into_a_log_one_fails(trino_server, new_trino):
    """What the logs stand on: a merge does not commit over what came since it began."""
    trino = new_trino()
    trino.query("create table log (id integer, big bigint)")
    merge = (
        "merge into log using (select cast({id} as integer) as id, sum(n) as big "
        "from unnest(sequence(1, 3000)) as a (n) cross join unnest(sequence(1, {size})) as b (m) "
        "cross join unnest(sequence(1, {turns})) as c (o)) as new_rows "
        "on log.id is not distinct from new_rows.id when not matched then insert (id, big) values (new_rows.id, new_rows.big)"
    )
    import threading

    outcomes = []

    def run(size, turns):
        try:
            outcomes.append(trino.query(merge.format(id=1, size=size, turns=turns)))
        except Exception as error:
            outcomes.append(str(error))

    slow, quick = threading.Thread(target=run, args=(9999, 20)), threading.Thread(target=run, args=(1, 1))
    slow.start()
    time.sleep(1)
    quick.start()
    for thread in (slow, quick):
        thread.join()
    assert trino.query("select count(*) from log") == [(1,)]
    assert any("conflict" in str(outcome).lower() for outcome in outcomes), outcomes


ESTIMATE = {"name": "crowd", "task": "crowd", "consolidation": "dawid_skene"}


def test_athena_begins_with_a_run_of_everything(new_athena):
    """A night that is the first run could not make the log; it says so and leaves the schema free."""
    athena = new_athena()
    batches.load(athena, 1)
    with pytest.raises(AssertionError, match=r"run everything once \(dbt build\) and the nightly selector"):
        athena.dbt("run", "--selector", "nightly", settings=batches.SETTINGS)
    assert athena.query("show tables like 'label\\_lineage\\_run' escape '\\'") == []
    assert athena.query("show tables like 'int\\_freeze\\_log' escape '\\'") == []


def test_athena_refuses_more_rounds_than_it_has_stages(new_athena):
    """With a sentence that says how many it takes."""
    athena = new_athena()
    settings = {"label_nodes": ["raw.labels"], "datasets": [ESTIMATE]}
    with pytest.raises(
        AssertionError, match=r"about 342 stages \(dawid_skene with 20 iterations\).* at most 7"
    ):
        athena.dbt("compile", "--select", "int_annotator_estimates", settings=settings)


@pytest.mark.long
@pytest.mark.parametrize(("rule", "iterations"), [("dawid_skene", 7), ("one_coin_dawid_skene", 4)])
def test_the_rounds_that_athena_takes_are_built(new_athena, rule, iterations):
    """Within its stages, which the server has too."""
    athena = new_athena()
    crowd.load(athena)
    dataset = {**ESTIMATE, "consolidation": rule, "iterations": iterations}
    athena.dbt(
        "build", "--select", "+int_annotator_estimates", "--exclude-resource-type", "test", "unit_test",
        settings={"label_nodes": ["raw.labels"], "datasets": [dataset]},
    )  # fmt: skip
    assert athena.query("select count(*) as n from int_annotator_estimates")[0][0] > 0
