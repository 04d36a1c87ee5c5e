"""Random histories of labels, driven through dbt and compared with the oracle.

One dbt run costs seconds, so an example is a seed from which hundreds of independent small features
grow, of every shape of lineage there is. A failure prints the seed and, of the first feature that
disagrees, all raw rows and what was expected and found: a feature has few rows, so that is the
minimal example. `LABEL_LINEAGE_EXAMPLES=50` looks at that many new seeds instead of the usual few.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from oracle import Dataset, Oracle, Row, State, Version, parents_of
from warehouse import REPOSITORY, Warehouse, environment

MODEL = "model:alpha"
LABELS = ["barn", "hut", "shed'\"\\"]

# Every rule, tie rule, quorum and weight on the same labels, and a second task.
DATASETS = [
    Dataset("plain", "shape"),
    Dataset("ties_latest", "shape", ties="latest", min_agreement="0.3"),
    Dataset("ties_smallest", "shape", ties="smallest", min_agreement="0"),
    Dataset("ties_largest", "shape", ties="largest", min_agreement="0"),
    Dataset("newest", "shape", consolidation="latest", min_agreement="0"),
    Dataset("unanimous", "shape", consolidation="unanimous"),
    Dataset("two_labels", "shape", min_labels=2),
    Dataset("agreed", "shape", min_agreement="0.6"),
    Dataset("ahead", "shape", ties="smallest", min_agreement="0.3", min_margin="0.3"),
    Dataset("attention", "shape", weight="attention"),
    Dataset("lineages", "shape", weight="independent_roots"),
    Dataset("naive", "shape", consolidation="all_labels"),
    Dataset("other", "other"),
]

JANUARY, FEBRUARY, MARCH = datetime(2024, 1, 31), datetime(2024, 2, 29, 12), datetime(2024, 3, 31)
CUTOFFS = [JANUARY, FEBRUARY, MARCH]
TICK = timedelta(microseconds=1)
# Few enough to be equal often, and some on a cutoff or right beside it.
INSTANTS = sorted(
    [datetime(2024, month, day, 9) for month in (1, 2, 3, 4) for day in (3, 17, 28)]
    + [cutoff + step for cutoff in CUTOFFS for step in (-TICK, timedelta(0), TICK)]
)


# Shapes of lineage.


@dataclass(frozen=True)
class Shape:
    """How the nodes of a feature hang together.

    Attributes:
        parents: For each node its parents: the place of a node in this list, `unknown` for one that
            never comes, `before` or `after` for the first node of the neighbouring feature.
        retractions: Places of nodes that certainly have no label.
        batches: Batch of each node, where the shape is about the order of arrival.
    """

    parents: list[list[int | str]]
    retractions: tuple[int, ...] = ()
    batches: tuple[int, ...] = ()


SHAPES = {
    "single": Shape([[]]),
    "chain": Shape([[], [0], [1], [2], [3]]),
    "fork": Shape([[], [0], [0]]),
    "merge": Shape([[], [], [0, 1]]),
    "half_merge": Shape([[], [], [], [0, 1]]),
    "diamond": Shape([[], [0], [0], [1, 2]]),
    "ladder": Shape([[], [], [0, 1], [0, 1], [2, 3], [2, 3]]),
    "shortcut": Shape([[], [0], [0, 1], [0, 2]]),
    "replicas": Shape([[], [], [], []]),
    "several_roots": Shape([[], [], [0], [1], [0], []]),
    "retraction": Shape([[], [0]], retractions=(1,)),
    "relabelled": Shape([[], [0], [1]], retractions=(1,)),
    "all_retracted": Shape([[], [], [0], [1]], retractions=(2, 3)),
    "late_parent": Shape([[], [0], [1]], batches=(1, 0, 0)),
    "late_grandparent": Shape([[], [0], [1], [1]], batches=(2, 1, 0, 0)),
    "late_child": Shape([[], [0], [0]], batches=(0, 1, 2)),
    "self_parent": Shape([[], [1, 0], [1]]),
    "two_cycle": Shape([[1], [0], []]),
    "two_cycle_at_once": Shape([[1], [0], [1], []], batches=(1, 1, 1, 0)),
    "long_cycle": Shape([[], [0, 5], [1], [2], [3], [4], [5]], batches=(0,) * 7),
    "branching_cycle": Shape([[1, 3], [0], [1], [2], [3], [], [5, 0]], batches=(0,) * 7),
    "two_cycles_on_a_path": Shape([[1], [0], [1], [2, 4], [3], [4]], batches=(1,) * 6),
    "awaited_cycle": Shape([[2], [0], [1]], batches=(0, 0, 1)),
    "awaited_cycle_of_two": Shape([[3], [0], [1], [2], [0]], batches=(0, 1, 2, 2, 2)),
    "unknown_parent": Shape([["unknown"], [0], ["unknown", 1]]),
    "foreign_parent": Shape([["before"], [0], [], [2, "before"]]),
    "foreign_parent_later": Shape([["after"], [0], []]),
    "anything": Shape([]),
}

# What happens to these depends on who comes first, by design: that is admission, not batching.
ORDER_MATTERS = ("cycle", "self_parent", "anything")


@dataclass(frozen=True)
class Arrival:
    """A raw row and the batch in which it comes."""

    batch: int
    row: Row


def grow(seed: int, n_batches: int, copies: int, in_order: bool = False) -> list[Arrival]:
    """Random features of all shapes.

    Args:
        seed: Same seed, same features.
        n_batches: Batches over which their rows are spread.
        copies: Features of each shape.
        in_order: Whether each batch holds what was recorded before the next cutoff, and whatever
            depends on the order of arrival stays in one batch.

    Returns:
        The raw rows, shuffled.
    """
    dice = random.Random(seed)
    names = [
        f"{shape}-{copy}" for shape in SHAPES for copy in range(copies * (4 if shape == "anything" else 1))
    ]
    dice.shuffle(names)
    arrivals = []
    for before, feature, after in zip(names[-1:] + names, names, names[1:] + names[:1], strict=False):
        arrivals += grow_feature(dice, feature, before, after, n_batches, in_order)
    dice.shuffle(arrivals)
    return arrivals


def grow_feature(
    dice: random.Random, feature: str, before: str, after: str, n_batches: int, in_order: bool
) -> list[Arrival]:
    """The raw rows of one feature."""
    name = feature.rsplit("-", 1)[0]
    shape = anything(dice) if name == "anything" else SHAPES[name]
    nowhere = f"{feature}.unknown"
    places = {"unknown": nowhere, "before": f"{before}.0", "after": f"{after}.0"}
    if in_order:
        # A parent of another feature is refused or flagged by who comes first.
        places = dict.fromkeys(places, nowhere)
    task = "other" if name == "anything" and dice.random() < 0.2 else "shape"
    stays_together = in_order and any(word in name for word in ORDER_MATTERS)
    one_batch = dice.randrange(n_batches)

    batches = [
        one_batch if stays_together
        else min(shape.batches[place], n_batches - 1) if shape.batches and not in_order
        else dice.randrange(n_batches)
        for place in range(len(shape.parents))
    ]  # fmt: skip
    instants = [dice.choice(instants_of(batch) if in_order else INSTANTS) for batch in batches]
    usual = instants_of(one_batch) if in_order else INSTANTS
    if not in_order and dice.random() < 0.6:
        instants.sort()

    arrivals = []
    for place, parents in enumerate(shape.parents):
        node = Row(
            node_id=f"{feature}.{place}",
            feature_id=feature,
            task=task,
            label=None if place in shape.retractions or dice.random() < 0.08 else dice.choice(LABELS),
            annotator_id=dice.choice(["ann", "bob", "cy", MODEL, None]),
            created_at=instants[place] if dice.random() < 0.3 else dice.choice(INSTANTS),
            recorded_at=instants[place],
            split_group=f"group-{feature[-1]}",
            attributes=dice.choice([None, '{"tool": "brush"}']),
        )
        if node.created_at == node.recorded_at and dice.random() < 0.5:
            node = replace(node, recorded_at=None)
        rows = [replace(node, parent_id=places.get(parent, f"{feature}.{parent}")) for parent in parents] or [
            node
        ]
        arrivals += [Arrival(batches[place], row) for row in rows]
        if dice.random() < 0.15:
            arrivals.append(Arrival(dice.randrange(batches[place], n_batches), dice.choice(rows)))
        if dice.random() < 0.08 and (not in_order or stays_together):
            arrivals.append(
                Arrival(one_batch if in_order else dice.randrange(n_batches), spoil(dice, rows[0], usual))
            )
    return arrivals


def anything(dice: random.Random) -> Shape:
    """A small random graph; now and then with a cycle, more often without."""
    size = dice.randint(2, 7)
    parents: list[list[int | str]] = []
    for place in range(size):
        kin = [other for other in range(size) if other < place or dice.random() < 0.06]
        named = dice.sample(kin, min(len(kin), dice.choice([0, 0, 1, 1, 1, 2, 3])))
        parents.append(
            named
            + (["unknown"] if dice.random() < 0.05 else [])
            + (["before"] if dice.random() < 0.03 else [])
        )
    return Shape(parents)


def spoil(dice: random.Random, row: Row, usual: list[datetime]) -> Row:
    """A row that collides with another, or that cannot enter at all."""
    return dice.choice([
        replace(row, label="mill"),
        replace(row, label="mill", recorded_at=dice.choice(usual)),
        replace(row, label="mill", recorded_at=row.recorded_at or row.created_at, annotator_id="dora"),
        replace(row, feature_id=f"{row.feature_id}-moved"),
        replace(row, parent_id=f"{row.feature_id}.0"),
        replace(row, node_id=None),
        replace(row, node_id=""),
        replace(row, feature_id=None),
        replace(row, created_at=None, recorded_at=None),
    ])  # fmt: skip


def instants_of(batch: int) -> list[datetime]:
    """Instants up to the cutoff that is frozen with a batch, after the one frozen before it."""
    since, until = [datetime.min, JANUARY, FEBRUARY, datetime.max][FREEZES[batch] : FREEZES[batch] + 2]
    return [instant for instant in INSTANTS if since < instant <= until]


# Two batches come before the first cutoff is frozen, one before the second, and one stays at the head.
FREEZES = [0, 0, 1, 2]


def declared(cutoffs: Iterable[datetime], own: Iterable[datetime] = ()) -> list[Version]:
    """The same versions of all datasets, and more of the first one alone."""
    versions = [Version(dataset.name, f"v{as_of:%Y-%m}", as_of) for dataset in DATASETS for as_of in cutoffs]
    return versions + [Version("plain", f"own-{as_of:%Y-%m-%d}", as_of) for as_of in own]


# Through dbt.


def write_parquet(path: Path, rows: list[Row]) -> None:
    """Raw rows as a file of the input contract."""
    kinds = {
        name: pa.timestamp("us") if name.endswith("_at") else pa.string() for name in Row.__dataclass_fields__
    }
    columns = {name: pa.array([getattr(row, name) for row in rows], kind) for name, kind in kinds.items()}
    pq.write_table(pa.table(columns), path)


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Path:
    """One folder for all histories: dbt keeps what it parsed as long as the paths in the settings stay."""
    return tmp_path_factory.mktemp("bench")


def empty(bench: Path) -> Warehouse:
    """An empty warehouse in the folder of the one before."""
    for path in [*bench.glob("batch*.parquet"), *bench.glob("warehouse.duckdb*")]:
        path.unlink()
    return Warehouse(bench)


def run_dbt(
    warehouse: Warehouse, rows: list[list[Row]], versions: list[Version], datasets: list[Dataset] = DATASETS
) -> None:
    """One run over all batches that have come so far, one file each."""
    for number, batch in enumerate(rows):
        path = warehouse.folder / f"batch{number}.parquet"
        if not path.exists():
            write_parquet(path, batch)
    lines = ["dataset,version,as_of", *(f"{one.dataset},{one.version},{one.as_of}" for one in versions)]
    path = warehouse.folder / "versions.csv"
    path.write_text("\n".join(lines))
    warehouse.build(
        settings={
            # One pattern, whatever the batches: dbt parses everything again when a setting changes.
            "label_nodes": [str(warehouse.folder / "batch*.parquet")],
            "dataset_versions": str(path),
            "model_annotators": ["model:*"],
            "datasets": [policy(dataset) for dataset in datasets],
        }
    )


def policy(dataset: Dataset) -> dict[str, Any]:
    """A dataset as the setting `datasets` takes it."""
    shares = {key: float(getattr(dataset, key)) for key in ("min_agreement", "min_margin")}
    return {**vars(dataset), **shares}


def by_batch(arrivals: list[Arrival], n_batches: int) -> list[list[Row]]:
    """The rows of each batch."""
    return [[arrival.row for arrival in arrivals if arrival.batch == batch] for batch in range(n_batches)]


# What was expected, what was found: facts by (table, feature, ...), so that a difference names its feature.

Facts = dict[tuple, Any]


def expected(oracle: Oracle) -> Facts:
    """What the oracle says must stand in the public tables."""
    facts: Facts = {}
    for node_id, node in oracle.nodes.items():
        feature, _ = node.home
        lineage = oracle.lineage(node)
        facts["label_nodes", feature, node_id] = {
            "effective_at": node.effective_at,
            "superseded_at": node.superseded_at,
            "is_root": not node.parents,
            "is_leaf": node.is_leaf,
            "n_parents": len(node.parents),
            "n_children": len(node.children),
            "parent_ids": node.parents,
            "child_ids": sorted(child.node_id for child in node.children),
            "depth": lineage.depth,
            "root_ids": list(lineage.root_ids),
            "human_attention": lineage.human_attention,
        }
        effective = {parent.node_id for parent in parents_of(node, oracle.nodes)}
        for parent in node.parents:
            status = "foreign_parent" if parent in oracle.nodes else "awaiting_parent"
            status = "effective" if parent in effective else status
            facts["label_edges", feature, node_id, parent] = status, node.effective_at
    for row, reason in oracle.rejected:
        refused = row.node_id or None, row.parent_id, row.feature_id, row.task, row.label, reason
        facts["rejected_label_nodes", row.feature_id, *refused] = True
    for dataset in oracle.datasets.values():
        head = oracle.latest(dataset.name)
        for feature, state in head.items():
            if state.outcome in ("tie", "no_quorum"):
                if state.outcome == "tie":
                    reason = "tie"
                elif state.n_labels < dataset.min_labels:
                    reason = "no_quorum"
                elif state.confidence < Decimal(dataset.min_agreement):
                    reason = "low_agreement"
                else:
                    reason = "low_margin"
                facts["review_queue", feature, dataset.name] = reason, state.distribution, state.leaf_ids
        versions = {
            version: states for (name, version), states in oracle.frozen.items() if name == dataset.name
        }
        for version, states in {**versions, "latest": head}.items():
            for feature, state in states.items():
                if state.label is not None:
                    facts["training_set", feature, dataset.name, version] = state
    for (dataset, version, feature), change in oracle.changes.items():
        facts["training_set_changes", feature, dataset, version] = (
            change.change,
            change.cause,
            change.previous_label,
            change.state,
        )
    for (dataset, version), states in oracle.frozen.items():
        kinds = [change.change for key, change in oracle.changes.items() if key[:2] == (dataset, version)]
        n_rows = sum(state.label is not None for state in states.values())
        counts = {"n_rows": n_rows} | {
            f"n_{kind}": kinds.count(kind) for kind in ("added", "changed", "removed")
        }
        facts["dataset_versions", None, dataset, version] = counts
    return facts


def found(warehouse: Warehouse) -> Facts:
    """What stands in the public tables."""
    facts: Facts = {}
    node = (
        "effective_at, superseded_at, is_root, is_leaf, n_parents, n_children, parent_ids, child_ids, "
        "depth, root_ids, human_attention"
    )
    for *place, values in keyed(warehouse, "feature_id, node_id", node, "label_nodes"):
        facts["label_nodes", *place] = dict(zip(node.split(", "), values, strict=True))
    home = {row[1]: row[0] for row in keyed(warehouse, "feature_id, node_id", "1", "label_nodes")}
    for child, parent, values in keyed(
        warehouse, "child_id, parent_id", "status, effective_at", "label_edges"
    ):
        facts["label_edges", home[child], child, parent] = values
    rejected = "select node_id, parent_id, feature_id, task, label, reason from rejected_label_nodes"
    for refused in warehouse.query(rejected):
        facts["rejected_label_nodes", refused[2], *refused] = True
    queued = "reason, candidates, leaf_node_ids"
    for *place, (reason, candidates, leaf_ids) in keyed(
        warehouse, "feature_id, dataset", queued, "review_queue where not has_label"
    ):
        facts["review_queue", *place] = reason, json.loads(candidates), leaf_ids
    key = "feature_id, dataset, version"
    state = "label, label_distribution, confidence, n_labels, outcome, leaf_node_ids"
    for *place, values in keyed(warehouse, key, state, "training_set"):
        facts["training_set", *place] = read_state(*values)
    changed = f"change, cause, previous_label, {state}"
    for *place, (change, cause, previous, *values) in keyed(warehouse, key, changed, "training_set_changes"):
        facts["training_set_changes", *place] = change, cause, previous, read_state(*values)
    counts = "n_rows, n_added, n_changed, n_removed"
    for *place, values in keyed(warehouse, "dataset, version", counts, "dataset_versions"):
        facts["dataset_versions", None, *place] = dict(zip(counts.split(", "), values, strict=True))
    return facts


def keyed(warehouse: Warehouse, key: str, values: str, table: str) -> list[tuple]:
    """Rows of a table as the columns of its key, and last a tuple of the other values."""
    rows = warehouse.query(f"select {key}, {values} from {table}")
    size = key.count(",") + 1
    assert len({row[:size] for row in rows}) == len(rows), f"{table} has two rows with the same {key}"
    return [(*row[:size], row[size:]) for row in rows]


def read_state(label, distribution, confidence, n_labels, outcome, leaf_ids) -> State:
    """A stored row as the oracle writes it."""
    return State(label, json.loads(distribution), confidence, n_labels, outcome, leaf_ids)


def assert_agreement(warehouse: Warehouse, oracle: Oracle, batches: list[list[Row]], where: str) -> None:
    """All public tables are as the oracle says; otherwise show one feature."""
    ours, theirs = expected(oracle), found(warehouse)
    wrong = sorted((key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)), key=repr)
    if not wrong:
        return
    features = sorted({key[1] for key in wrong if key[1]}, key=lambda name: size(name, batches)) or [None]
    feature = features[0]
    lines = [
        f"{where}: {len(wrong)} facts disagree, of the features {', '.join(map(str, features[:20]))}",
        f"raw rows of {feature}:",
    ]
    for number, batch in enumerate(batches):
        for row in batch:
            if feature and (row.feature_id == feature or (row.node_id or "").startswith(f"{feature}.")):
                told = {
                    name: str(value) if name.endswith("_at") else value
                    for name, value in vars(row).items()
                    if value is not None and name != "split_group"
                }
                lines.append(f"  batch {number}: {told}")
    # One cause shows in many datasets; the first facts tell it.
    for key in [key for key in wrong if key[1] == feature][:6]:
        lines += [f"{key}", f"  expected {ours.get(key)}", f"  found    {theirs.get(key)}"]
    pytest.fail("\n".join(lines), pytrace=False)


def check(
    warehouse: Warehouse,
    batches: list[list[Row]],
    runs: list[tuple[list[Version], list[Dataset]]],
    where: str = "",
) -> None:
    """Drive batches through dbt, one run each, and compare after every run. Also for a feature by hand.

    Args:
        warehouse: An empty warehouse.
        batches: Raw rows by batch; the inputs are cumulative.
        runs: Declared versions and datasets of each run.
        where: What to call the history in a failure.
    """
    oracle = Oracle(models=[MODEL])
    for number, (versions, datasets) in enumerate(runs):
        so_far = batches[: number + 1]
        run_dbt(warehouse, so_far, versions, datasets)
        oracle.run([row for batch in so_far for row in batch], versions, datasets)
        assert_agreement(warehouse, oracle, so_far, f"{where}, run {number}")


def size(feature: str, batches: list[list[Row]]) -> int:
    """How many raw rows a feature has."""
    return sum(row.feature_id == feature for batch in batches for row in batch)


def public_rows(warehouse: Warehouse) -> dict[str, list[tuple]]:
    """All rows of all public tables, without the times of the runs that wrote them."""
    tables = [path.stem for path in (REPOSITORY / "models" / "marts").glob("*.sql")]
    columns = "columns(lambda name: name not in ('first_seen_at', 'frozen_at'))"
    return {table: sorted(warehouse.query(f"select {columns} from {table}"), key=repr) for table in tables}


def assert_same(left: dict[str, list[tuple]], right: dict[str, list[tuple]], where: str) -> None:
    """Two warehouses hold the same rows in all public tables."""
    differ = {table: (left[table], right[table]) for table in left if left[table] != right[table]}
    # What stands first explains the rest.
    for table in sorted(differ, key=lambda table: ("label" not in table, table)):
        only_left, only_right = (
            sorted(set(map(repr, mine)) - set(map(repr, its)))
            for mine, its in (differ[table], differ[table][::-1])
        )
        lines = [
            f"{where}: {', '.join(differ)} differ; {table} has",
            *only_left[:3],
            "here and there",
            *only_right[:3],
        ]
        pytest.fail("\n".join(lines), pytrace=False)


# The properties.


def few(examples: int):
    """Settings for tests whose examples take seconds: always the same seeds, unless more are asked for."""
    asked = os.environ.get("LABEL_LINEAGE_EXAMPLES")
    return settings(
        max_examples=int(asked) if asked else examples,
        derandomize=not asked,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


SEEDS = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param([], id="nothing frozen first", marks=pytest.mark.long),
        pytest.param([JANUARY], id="one frozen first"),
    ],
)
@few(1)
@given(seed=SEEDS)
def test_every_history_ends_as_the_oracle_says(first, seed, bench):
    """Batches in any order, with late and broken rows, versions frozen in between, a policy that changes."""
    # Not the same history twice.
    seed += len(first)
    batches = by_batch(grow(seed, 3, copies=12), 3)
    changed = [
        replace(dataset, ties="smallest") if dataset.name == "plain" else dataset for dataset in DATASETS
    ]
    # None or one version in the first run, one or two more in the second, the rest with a new policy
    # in the third; and one that is not due for a long time.
    runs = [
        (declared([*first, datetime(2999, 1, 1)]), DATASETS),
        (declared([JANUARY, FEBRUARY], own=[datetime(2024, 3, 3)]), DATASETS),
        (declared(CUTOFFS, own=[datetime(2024, 3, 3)]), changed),
    ]
    check(empty(bench), batches, runs, f"seed {seed}, first {first}")


@pytest.mark.long
def test_awaited_parents_of_other_features_close_no_cycle(bench):
    """A ring of nodes that wait for one another across features: those edges have no effect."""
    times = iter(INSTANTS)

    def node(node_id: str, feature: str, parent: str | None) -> Row:
        return Row(node_id, feature, "shape", "barn", "ann", recorded_at=next(times), parent_id=parent)

    batches = [
        [node("a", "one", "b")],
        [node("b", "two", "c")],
        # In both features something else must be looked at for cycles.
        [
            node("c", "one", "a"),
            node("d", "one", "e"),
            node("e", "one", None),
            node("f", "two", "g"),
            node("g", "two", None),
        ],
    ]
    warehouse = empty(bench)
    check(warehouse, batches, [([], DATASETS)] * 3, "ring")
    assert warehouse.query("select count(*) from label_nodes") == [(7,)]


@pytest.mark.long
@few(1)
@given(seed=SEEDS)
def test_batches_end_as_one_full_build(seed, bench):
    """Runs that each freeze the version that their batch completes equal one run over everything."""
    daily = empty(bench)
    batches = by_batch(grow(seed, len(FREEZES), copies=12, in_order=True), len(FREEZES))
    for number, cutoffs in enumerate([[], [JANUARY], [JANUARY, FEBRUARY], [JANUARY, FEBRUARY]]):
        run_dbt(daily, batches[: number + 1], declared(cutoffs))
    by_batches = public_rows(daily)
    full = empty(bench)
    run_dbt(full, batches, declared([JANUARY, FEBRUARY]))
    assert_same(by_batches, public_rows(full), f"seed {seed}")


@pytest.mark.long
@few(1)
@given(seed=SEEDS)
def test_order_of_rows_and_threads_do_not_matter(seed, bench):
    """The same rows in another order, in other files, with another number of threads, give the same rows."""
    arrivals = grow(seed, 1, copies=6)
    with environment(LABEL_LINEAGE_THREADS="1"):
        one = empty(bench)
        run_dbt(one, by_batch(arrivals, 1), declared(CUTOFFS))
    in_order = public_rows(one)
    random.Random(seed + 1).shuffle(arrivals)
    rows = [arrival.row for arrival in arrivals]
    with environment(LABEL_LINEAGE_THREADS="2"):
        other = empty(bench)
        run_dbt(other, [rows[::2], rows[1::2]], declared(CUTOFFS))
    assert_same(in_order, public_rows(other), f"seed {seed}")


# Sizes that a slow formulation would not survive.


@pytest.fixture(scope="module")
def giants(tmp_path_factory) -> Warehouse:
    """Features of extreme shapes. The whole chain has one time, so any of its links might close a cycle."""
    warehouse = Warehouse(tmp_path_factory.mktemp("giants"))
    start = "timestamp '2024-01-01'"
    sql = f"""
        select 'chain' as feature_id, 'chain' || i as node_id, {start} as recorded_at,
            case when i > 0 then 'chain' || (i - 1) end as parent_id
        from range(100000) as steps(i)
        union all
        select 'cycle', 'cycle' || i, {start} + to_seconds(i), 'cycle' || ((i + 1) % 20000)
        from range(20000) as steps(i)
        union all
        select 'cycle', 'before', {start}, null
        union all
        select 'cycle', 'cycle0', {start}, 'before'
        union all
        select 'cycle', 'after' || i, {start} + to_days(30), case i when 0 then 'cycle7' else 'after0' end
        from range(3) as steps(i)
        union all
        select 'leaves', 'leaf' || i, {start} + to_seconds(i), 'trunk' from range(100000) as steps(i)
        union all
        select 'leaves', 'trunk', {start}, null
        union all
        select 'parents', 'parent' || i, {start} + to_seconds(i), null from range(100000) as steps(i)
        union all
        select 'parents', 'merge', {start} + to_days(9), 'parent' || i from range(100000) as steps(i)
    """
    path = warehouse.folder / "giants.parquet"
    with duckdb.connect() as connection:
        labelled = (
            f"select *, 'label' || right(node_id, 1) as label, 'ann' as annotator_id from ({sql}) as giants"
        )
        connection.execute(f"copy ({labelled}) to '{path}' (format parquet)")
    warehouse.build(settings={"label_nodes": [str(path)]})
    return warehouse


@pytest.mark.long
def test_chain_of_100_000_nodes(giants):
    """Depth and the one leaf are right at the end of the longest chain."""
    found = giants.query(
        "select node_id, depth, root_ids from label_nodes where feature_id = 'chain' and is_leaf"
    )
    assert found == [("chain99999", 99999, ["chain0"])]


def test_cycle_of_20_000_nodes_is_refused_whole(giants):
    """Who leads into the cycle or comes out of it stays."""
    refused = "select reason, count(distinct node_id), count(*) from rejected_label_nodes group by reason"
    assert giants.query(refused) == [("cycle", 20000, 20001)]
    kept = giants.query(
        "select node_id, is_leaf from label_nodes where feature_id = 'cycle' order by node_id"
    )
    assert kept == [("after0", False), ("after1", True), ("after2", True), ("before", True)]


def test_feature_of_100_000_leaves(giants):
    """All of them are votes, and all are children of one node."""
    rows = giants.query("select n_labels, outcome from training_set_changes where feature_id = 'leaves'")
    assert rows == [(100000, "tie")]
    trunk = giants.query("select n_children, len(child_ids) from label_nodes where node_id = 'trunk'")
    assert trunk == [(100000, 100000)]


def test_node_of_100_000_parents(giants):
    """It alone is left of them."""
    merge = "select n_parents, depth, len(root_ids), is_leaf from label_nodes where node_id = 'merge'"
    assert giants.query(merge) == [(100000, 1, 100000, True)]
    head = (
        "select outcome, leaf_node_ids from training_set where feature_id = 'parents' and version = 'latest'"
    )
    assert giants.query(head) == [("human", ["merge"])]
