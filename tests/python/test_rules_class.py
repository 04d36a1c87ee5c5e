"""Rules for classes that weigh annotators, against published programs and against plain Python."""

from __future__ import annotations

import json
import math
import os
import random
from collections import defaultdict
from fractions import Fraction

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as drawing
from hypothesis import strategies as st
from warehouse import SHARED, Warehouse, environment

REAL = SHARED / "realdata"
RULES = {
    "majority": {"consolidation": "majority_vote", "ties": "smallest"},
    "wawa": {"consolidation": "wawa"},
    "one": {"consolidation": "dawid_skene", "iterations": 1},
    "two": {"consolidation": "dawid_skene", "iterations": 2},
    "four": {"consolidation": "dawid_skene", "iterations": 4},
    "seven": {"consolidation": "dawid_skene", "iterations": 7},
    "many": {"consolidation": "dawid_skene", "iterations": 100},
    "coin": {"consolidation": "one_coin_dawid_skene", "iterations": 10},
}
TASKS = {"anaesthesia": "fitness_class", "toy": "ck_toy", "simple": "ck_simple"}


def shares(warehouse: Warehouse, dataset: str) -> dict[str, dict[str, float]]:
    """The soft label of every feature of a dataset's head, decided or not."""
    return {
        feature: {label: votes / 1e6 for label, votes in json.loads(distribution).items()}
        for feature, distribution in warehouse.query(
            "select feature_id, label_distribution from int_head_rows where dataset = ?", dataset
        )
    }


def difference(found: dict, expected: dict) -> float:
    """The largest difference between two tables of soft labels; an absent label has 0."""
    assert found.keys() == expected.keys()
    return max(
        abs(found[feature].get(label, 0) - expected[feature].get(label, 0))
        for feature in expected
        for label in {*found[feature], *expected[feature]}
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Warehouse:
    """The labels of the published examples under every rule, with all digits."""
    if not REAL.exists():
        pytest.skip("../shared/realdata is absent: results of published programs are not compared")
    built = Warehouse(tmp_path_factory.mktemp("published"))
    path = built.folder / "labels.parquet"
    inputs = [
        str(REAL / name / "label_nodes.parquet") for name in ("ds1979_anaesthesia", "crowdkit_fixtures")
    ]
    duckdb.sql(
        f"copy (select node_id, feature_id, task, label, annotator_id, created_at from read_parquet({inputs}) "
        f"where task <> 'ck_segmentation') to '{path}' (format parquet)"
    )
    built.settings = {
        "label_nodes": [str(path)],
        "release_every": None,
        "default_policy": {"min_agreement": 0},
        "datasets": [
            {
                "name": f"{name}_{rule}",
                "task": task,
                **({} if rule == "majority" else {"posterior_digits": 6}),
                **options,
            }
            for name, task in TASKS.items()
            for rule, options in RULES.items()
        ],
    }
    built.build()
    return built


def reference(folder: str, name: str) -> dict[str, dict[str, float]]:
    """Posteriors that a published program gave: one row per feature, one column per label."""
    table = duckdb.sql(f"select * from '{REAL / folder / 'reference' / name}'")
    columns = [column for column in table.columns if column != "task"]
    return {
        row[table.columns.index("task")]: {column: row[table.columns.index(column)] for column in columns}
        for row in table.fetchall()
    }


def test_anaesthesia(published):
    """Dawid and Skene's own example: log-likelihood, class marginals and all posteriors at the fixed point."""
    answers = published.query(
        "select feature_id, cell_code from int_answers where dataset = 'anaesthesia_many'"
    )
    weights: dict[int, dict[str, float]] = defaultdict(dict)
    for cell, label, logarithm in published.query(
        "select cell_code, true_label, log_probability from int_annotator_estimates "
        "where dataset = 'anaesthesia_many' and true_label is not null"
    ):
        weights[cell][label] = logarithm / 1e9
    cells = defaultdict(list)
    for feature, cell in answers:
        cells[feature].append(cell)
    likelihood = sum(
        math.log(sum(math.exp(sum(weights[cell].get(label, -math.inf) for cell in mine)) for label in "1234"))
        for mine in cells.values()
    )
    summary = json.loads(
        (REAL / "ds1979_anaesthesia/reference/ds1979_anaesthesia/ds_numpy_summary.json").read_text()
    )
    assert likelihood == pytest.approx(summary["loglik"], abs=1e-5)
    marginals = dict(
        published.query(
            "select true_label, probability from int_annotator_estimates "
            "where dataset = 'anaesthesia_many' and true_label is not null and given_label is null"
        )
    )
    assert {label: float(share) for label, share in marginals.items()} == pytest.approx(
        summary["priors"], abs=2e-6
    )
    numpy = duckdb.sql(
        f"select * from '{REAL}/ds1979_anaesthesia/reference/ds1979_anaesthesia/ds_numpy_posteriors.parquet'"
    ).fetchall()
    assert (
        difference(
            shares(published, "anaesthesia_many"),
            {feature: dict(zip("1234", values, strict=True)) for feature, *values in numpy},
        )
        < 2e-6
    )


def test_more_features_than_sums_are_exact_for_are_refused(published):
    """The limit is far beyond a test, so the check is called with a lower one."""
    outcome = published.dbt("run-operation", "check_estimable", "--args", "{answers: int_answers, most: 1}")
    assert not outcome.success
    assert "annotators can be estimated exactly over 1 at most" in outcome.output


@pytest.mark.parametrize(
    ("annotator_code", "what"), [(-1, "3 features"), (7, "3 labels by one annotator or without one")]
)
def test_features_and_labels_by_one_annotator_are_counted(published, annotator_code, what):
    """Each against the limit, which itself is allowed."""
    rows = f"(select 'd' as dataset, 1 as version_number, {annotator_code} as annotator_code from range(3)) as answers"
    for most, is_refused in ((2, True), (3, False)):
        arguments = json.dumps({"answers": rows, "most": most})
        outcome = published.dbt("run-operation", "check_estimable", "--args", arguments)
        told = f"the dataset 'd' has {what}, and annotators can be estimated exactly over {most} at most"
        assert (not outcome.success, told in outcome.output) == (is_refused, is_refused), outcome.output


def test_error_rates_of_the_anaesthesia(published):
    """All error rates of the five observers, as the public table gives them."""
    expected = duckdb.sql(
        "select annotator_id, true_label, observed_label, p from "
        f"'{REAL}/ds1979_anaesthesia/reference/ds1979_anaesthesia/ds_numpy_error_rates.parquet'"
    ).fetchall()
    found = {
        tuple(row): float(probability)
        for *row, probability in published.query(
            "select annotator_id, true_label, given_label, probability from annotator_confusion "
            "where dataset = 'anaesthesia_many' and version = 'latest'"
        )
    }
    assert len(expected) == 80
    for annotator, true, given, probability in expected:
        assert found.get((annotator, true, given), 0) == pytest.approx(probability, abs=2e-6)


def test_crowdkit_where_it_stops(published):
    """crowd-kit stops by itself, after 7 and 4 rounds here, with the posteriors of as many rounds."""
    for task, rule in (("toy", "seven"), ("simple", "four")):
        folder = f"crowdkit_fixtures_ck_{task}/DawidSkene_10000_tol1e-9_probas.parquet"
        assert difference(shares(published, f"{task}_{rule}"), reference("crowdkit_fixtures", folder)) < 2e-6


def test_crowdkit_step_by_step(published):
    """The makers' own figures, two decimals, after the start and after one round."""
    expected = json.loads((REAL / "crowdkit_fixtures/expected.json").read_text())
    for rule, number in (("one", 0), ("two", 1)):
        errors, priors = expected[f"errors_iter_{number}"], expected[f"priors_iter_{number}"]
        found = {
            tuple(row): float(probability)
            for *row, probability in published.query(
                "select annotator_id, given_label, true_label, probability from int_annotator_estimates "
                "where dataset = ? and true_label is not null",
                f"toy_{rule}",
            )
        }
        for (annotator, given), values in zip(errors["index"], errors["values"], strict=True):
            for true, value in zip(errors["columns"], values, strict=True):
                assert found.get((annotator, given, true), 0) == pytest.approx(value, abs=0.0051)
        for true, value in zip(priors["index"], priors["values"], strict=True):
            assert found[(None, None, true)] == pytest.approx(value, abs=0.0051)
    rows = expected["probas_iter_1"]
    for feature, values in zip(rows["index"], rows["values"], strict=True):
        mine = shares(published, "toy_one")[feature]
        for label, value in zip(rows["columns"], values, strict=True):
            assert mine.get(label, 0) == pytest.approx(value, abs=0.0051)


@pytest.mark.parametrize("task", ["toy", "simple"])
def test_majority_of_crowdkit(published, task):
    """Labels and shares are those that crowd-kit's makers expect; of a tie it takes the first label."""
    expected = json.loads((REAL / "crowdkit_fixtures/expected.json").read_text())
    labels, shares_of = expected[f"{task}_labels_result_mv"], expected[f"{task}_probas_result_mv"]
    found = {
        feature: (label, json.loads(votes))
        for feature, label, votes in published.query(
            "select feature_id, label, label_distribution from int_head_rows where dataset = ?",
            f"{task}_majority",
        )
    }
    assert {feature: label for feature, (label, _) in found.items()} == dict(
        zip(labels["index"], labels["values"], strict=True)
    )
    for feature, values in zip(shares_of["index"], shares_of["values"], strict=True):
        votes = found[feature][1]
        for label, value in zip(shares_of["columns"], values, strict=True):
            assert votes.get(label, 0) / sum(votes.values()) == pytest.approx(value, abs=1e-6)


def test_wawa_of_crowdkit(published):
    """Labels, skills and shares are those that crowd-kit's makers expect."""
    expected = json.loads((REAL / "crowdkit_fixtures/expected.json").read_text())
    for task in ("toy", "simple"):
        skills = expected[f"{task}_skills_result_wawa"]
        found = dict(
            published.query(
                "select annotator_id, cast(reliability as double) from annotator_reliability "
                "where dataset = ? and version = 'latest'",
                f"{task}_wawa",
            )
        )
        assert found == pytest.approx(dict(zip(skills["index"], skills["values"], strict=True)), abs=1e-6)
        probabilities = expected[f"{task}_probas_result_wawa"]
        rows = {
            feature: dict(zip(probabilities["columns"], values, strict=True))
            for feature, values in zip(probabilities["index"], probabilities["values"], strict=True)
        }
        assert difference(shares(published, f"{task}_wawa"), rows) < 2e-6
        labels = expected[f"{task}_labels_result_wawa"]
        decided = dict(
            published.query(
                "select feature_id, label from training_set where dataset = ? and version = 'latest'",
                f"{task}_wawa",
            )
        )
        assert decided == dict(zip(labels["index"], labels["values"], strict=True))


def test_one_coin_finds_the_truth_of_the_fixtures(published):
    """crowd-kit's own test asserts no more of its one-coin model than that it gives the gold labels."""
    gold = duckdb.sql(
        f"select task, feature_id, label from '{REAL}/crowdkit_fixtures/gold.parquet'"
    ).fetchall()
    for task in ("toy", "simple"):
        decided = dict(
            published.query(
                "select feature_id, label from training_set where dataset = ? and version = 'latest'",
                f"{task}_coin",
            )
        )
        assert decided == {feature: label for of, feature, label in gold if of == TASKS[task]}


# The rules in plain Python, with floats: slow, short, and written from the formulas.


def expectation_maximisation(
    answers: list[tuple], iterations: int, one_coin: bool
) -> dict[str, dict[str, float]]:
    """Posteriors after a number of rounds, from (feature, annotator, label)."""
    classes = sorted({label for _, _, label in answers})
    features = sorted({feature for feature, _, _ in answers})
    votes = {feature: [label for of, _, label in answers if of == feature] for feature in features}
    posterior = {
        feature: {label: given.count(label) / len(given) for label in classes}
        for feature, given in votes.items()
    }
    for _ in range(iterations):
        prior = {
            label: sum(posterior[feature][label] for feature in features) / len(features) for label in classes
        }
        mass: dict[tuple, float] = defaultdict(float)
        for feature, annotator, given in answers:
            for true in classes:
                mass[annotator, given, true] += posterior[feature][true]

        def chance(annotator, said, true, mass=mass, posterior=posterior):
            if not one_coin:
                return mass[annotator, said, true] / sum(mass[annotator, label, true] for label in classes)
            mine = [(feature, label) for feature, of, label in answers if of == annotator]
            skill = sum(posterior[feature][label] for feature, label in mine) / len(mine)
            value = skill if said == true else (1 - skill) / (len(classes) - 1)
            return max(min(value, 1 - 1e-10), 1e-10)

        table = {
            (annotator, given, true): chance(annotator, given, true)
            for annotator, given in {(annotator, given) for _, annotator, given in answers}
            for true in classes
            if one_coin or mass[annotator, given, true] > 0
        }
        weight = {
            feature: {
                true: prior[true]
                * math.prod(
                    table.get((annotator, given, true), 0)
                    for of, annotator, given in answers
                    if of == feature
                )
                for true in classes
            }
            for feature in features
        }
        posterior = {
            feature: {true: value / sum(values.values()) for true, value in values.items()}
            for feature, values in weight.items()
        }
    return posterior


def weighted_by_agreement(answers: list[tuple], smoothed: int) -> dict[str, dict[str, float]]:
    """Shares of the votes, each weighing as much as its annotator agrees with the majority.

    Where the vote is a tie, nobody is judged by it if `smoothed`, and the first label counts if not, as in crowd-kit.
    """
    votes: dict[str, list[str]] = defaultdict(list)
    for feature, _, label in answers:
        votes[feature].append(label)
    winner = {
        feature: min(given, key=lambda label: (-given.count(label), label))
        for feature, given in votes.items()
    }
    agreeing: dict[str, list[bool]] = defaultdict(list)
    for feature, annotator, label in answers:
        judged = agreeing[annotator]
        counts = sorted(votes[feature].count(each) for each in set(votes[feature]))
        if not smoothed or counts[-2:-1] != counts[-1:]:
            judged.append(label == winner[feature])
    skill = {
        annotator: max((sum(right) + smoothed) / (len(right) + 2 * smoothed), 1e-6)
        for annotator, right in agreeing.items()
    }
    result: dict[str, dict[str, float]] = {feature: defaultdict(float) for feature in votes}
    for feature, annotator, label in answers:
        total = sum(skill[other] for of, other, _ in answers if of == feature)
        result[feature][label] += skill[annotator] / total
    return result


def last_of_each(answers: list[tuple]) -> list[tuple]:
    """The answers that count under `repeats: last`: nobody knows whose those without a name are."""
    last = {(feature, annotator): number for number, (feature, annotator, _) in enumerate(answers)}
    return [
        answer
        for number, answer in enumerate(answers)
        if not answer[1] or last[answer[0], answer[1]] == number
    ]


ORACLES = {
    "ds": (
        {"consolidation": "dawid_skene", "iterations": 3, "min_margin": 0.3},
        lambda a: expectation_maximisation(a, 3, False),
    ),
    "coin": (
        {"consolidation": "one_coin_dawid_skene", "iterations": 3},
        lambda a: expectation_maximisation(a, 3, True),
    ),
    "wawa": (
        {"consolidation": "wawa", "min_margin": 0.3, "ties": "largest"},
        lambda a: weighted_by_agreement(a, 0),
    ),
    "weight": (
        {"consolidation": "weighted_vote", "weight": "annotator"},
        lambda a: weighted_by_agreement(a, 1),
    ),
    "ds_last": (
        {"consolidation": "dawid_skene", "iterations": 3, "repeats": "last"},
        lambda a: expectation_maximisation(last_of_each(a), 3, False),
    ),
    "weight_last": (
        {"consolidation": "weighted_vote", "weight": "annotator", "repeats": "last", "ties": "smallest"},
        lambda a: weighted_by_agreement(last_of_each(a), 1),
    ),
}


def decisions(options: dict, answers: list[tuple], expected: dict) -> dict[str, tuple]:
    """Label and outcome of each feature by the oracle's shares, where those are clear of the rounding to three digits.

    Args:
        options: The policy.
        answers: Those that count.
        expected: Shares by feature and label.
    """
    decided = {}
    for feature, shares_of in expected.items():
        low, high = (
            {label: math.floor(1000 * (share + slack) + 0.5) for label, share in shares_of.items()}
            for slack in (-1e-5, 1e-5)
        )
        if low != high:
            continue
        best = sorted(label for label, votes in low.items() if votes == max(low.values()))
        others = [votes for label, votes in low.items() if label != best[0]]
        lead = low[best[0]] - max(others, default=0)
        label = best[-1] if options.get("ties") == "largest" else best[0]
        if len(best) > 1 and options.get("ties", "queue") == "queue":
            decided[feature] = None, "tie"
        elif lead < Fraction(str(options.get("min_margin", 0))) * sum(low.values()):
            decided[feature] = None, "no_quorum"
        else:
            is_single = [of for of, _, _ in answers].count(feature) == 1
            decided[feature] = label, "single" if is_single else "consensus"
    return decided


def random_tasks(seed: int) -> list[list[tuple]]:
    """Six tasks, each with answers (feature, annotator, label): 1 to 9 classes, repeats, lonely answers, nameless annotators."""
    dice = random.Random(seed)
    return [
        [
            (f"f{dice.randrange(12)}", dice.choice(["ann", "bob", "cleo", "dora", ""]), f"c{dice.randrange(n_classes)}")
            for _ in range(dice.randint(1, 40))
        ]
        for n_classes in (1, 2, 3, 5, 7, 9)
    ]  # fmt: skip


# A seed and no structure: of that, Hypothesis would first draw the simplest, which is no test.
@settings(
    max_examples=int(os.environ.get("LABEL_LINEAGE_EXAMPLES", 1)), deadline=None, database=None,
    phases=[Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip
@drawing(seed=st.integers(0, 2**32 - 1))
def test_random_answers_against_plain_python(tmp_path_factory, seed):
    """Every estimate equals the oracle's, and what is decided by it, task by task, in one build of many tasks."""
    drawn = random_tasks(seed)
    warehouse = Warehouse(tmp_path_factory.mktemp("random"))
    rows = [
        {
            "node_id": f"{task}/{number}", "feature_id": feature, "task": f"t{task}", "label": label,
            "annotator_id": annotator or None, "created_at": f"2024-01-01 00:00:{number:02}",
        }
        for task, answers in enumerate(drawn)
        for number, (feature, annotator, label) in enumerate(answers)
    ]  # fmt: skip
    warehouse.settings = {
        "label_nodes": [str(warehouse.write_labels(rows))],
        "release_every": None,
        "default_policy": {"min_agreement": 0},
        "datasets": [
            {"name": f"t{task}_{rule}", "task": f"t{task}", **options}
            for task in range(len(drawn))
            for rule, (options, _) in ORACLES.items()
        ]
        # A task without a single label.
        + [
            {"name": "nobody", "task": "nothing", "consolidation": "dawid_skene", "iterations": 2},
            {"name": "nothing", "task": "nothing", "consolidation": "wawa"},
        ],
    }
    warehouse.build()
    found: dict[str, dict[str, tuple]] = defaultdict(dict)
    for dataset, feature, *rest in warehouse.query(
        "select dataset, feature_id, label, outcome from int_head_rows"
    ):
        found[dataset][feature] = tuple(rest)
    assert len(found) == len(drawn) * len(ORACLES)
    n_features = n_compared = 0
    for task, answers in enumerate(drawn):
        for rule, (options, oracle) in ORACLES.items():
            expected, name = oracle(answers), f"t{task}_{rule}"
            # Three digits are stored, so half a thousandth is the rounding.
            assert difference(shares(warehouse, name), expected) < 0.00051, (seed, rule, answers)
            counting = last_of_each(answers) if options.get("repeats") == "last" else answers
            decided = decisions(options, counting, expected)
            assert {feature: found[name][feature] for feature in decided} == decided, (seed, rule, answers)
            n_features += len(expected)
            n_compared += len(decided)
    assert n_compared > 0.8 * n_features


def possible_classes(answers: list[tuple], iterations: int) -> tuple[dict[str, dict[str, float]], int]:
    """Posteriors of the full model over classes that are possible at all, and how many cells of confusion matrices are."""
    given: dict[str, list[tuple]] = defaultdict(list)
    for feature, annotator, label in answers:
        given[feature].append((annotator, label))
    posterior = {
        feature: {label: sum(said == label for _, said in mine) / len(mine) for _, label in mine}
        for feature, mine in given.items()
    }
    for _ in range(iterations):
        prior: dict[str, float] = defaultdict(float)
        mass: dict[tuple, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        total: dict[tuple, float] = defaultdict(float)
        for feature, values in posterior.items():
            for true, value in values.items():
                prior[true] += value
                for annotator, said in given[feature]:
                    mass[annotator, said][true] += value
                    total[annotator, true] += value
        for feature, mine in given.items():
            possible = set.intersection(*(set(mass[answer]) for answer in mine))
            weight = {
                true: prior[true] * math.prod(mass[of, said][true] / total[of, true] for of, said in mine)
                for true in possible
            }
            posterior[feature] = {true: value / sum(weight.values()) for true, value in weight.items()}
    return posterior, sum(map(len, mass.values()))


@pytest.mark.long
def test_many_classes_take_the_memory_of_their_answers(warehouse):
    """3,000 classes, 5,000 features and a gigabyte: a table of features and classes would have 15 million numbers, and 40 annotators 360 million."""
    dice = random.Random(3000)
    answers = []
    for feature in range(5000):
        truth = dice.randrange(3000)
        for annotator in dice.sample(range(40), 4):
            # Right, mistaken for one of two neighbours, or anything.
            said = dice.choice([truth] * 6 + [truth + 1, truth + 7, dice.randrange(3000)]) % 3000
            answers.append((f"f{feature}", f"a{annotator}", f"c{said}"))
    expected, n_cells = possible_classes(answers, 3)
    columns = dict(zip(("feature_id", "annotator_id", "label"), zip(*answers, strict=True), strict=True))
    columns["node_id"] = [f"n{number}" for number in range(len(answers))]
    columns["created_at"] = ["2024-01-01"] * len(answers)
    path = warehouse.folder / "labels.parquet"
    pq.write_table(pa.table(columns), path)
    policy = {"consolidation": "dawid_skene", "iterations": 3, "posterior_digits": 6, "min_agreement": 0}
    warehouse.settings = {
        "label_nodes": [str(path)],
        "release_every": None,
        "datasets": [{"name": "many", **policy}],
    }
    with environment(LABEL_LINEAGE_MEMORY="1GB"):
        warehouse.build()
    assert difference(shares(warehouse, "many"), expected) < 2e-6
    assert warehouse.query("select count(distinct label) > 2900 from int_answers") == [(True,)]
    [(n_stored,)] = warehouse.query(
        "select count(*) from int_annotator_estimates where given_label is not null"
    )
    # What is as good as impossible rounds to nothing and goes.
    assert 0.99 * n_cells < n_stored <= n_cells < 3 * len(answers)


# As of each cutoff, frozen.

CROWD = [
    ("a", "f1", "ann", "yes", "01-01"), ("b", "f1", "bob", "yes", "01-01"), ("c", "f1", "cleo", "no", "01-01"),
    ("d", "f2", "ann", "no", "01-02"), ("e", "f2", "bob", "no", "01-02"), ("f", "f2", "cleo", "yes", "01-02"),
    ("g", "f3", "ann", "yes", "01-03"), ("h", "f3", "cleo", "no", "01-03"),
]  # fmt: skip
LATER = [
    ("i", "f4", "cleo", "no", "02-01"),
    ("j", "f4", "ann", "no", "02-01"),
    ("k", "f4", "bob", "no", "02-01"),
]
VERSIONS = "select * from (values ('{0}', 'v1', '2024-01-31'), ('{0}', 'v2', '2024-02-29')) as rows (dataset, version, as_of)"


def crowd(warehouse: Warehouse, labels: list[tuple], name: str, **policy) -> Warehouse:
    """A warehouse that has these labels and freezes what is due."""
    path = warehouse.write_labels(
        [
            {
                "node_id": node,
                "feature_id": feature,
                "annotator_id": annotator,
                "label": label,
                "created_at": f"2024-{day}",
            }
            for node, feature, annotator, label, day in labels
        ],
        name,
    )
    warehouse.settings = {
        "label_nodes": [*warehouse.settings.get("label_nodes", []), str(path)],
        "datasets": [{"name": "crowd", "min_agreement": 0, **policy}],
        "dataset_versions": str(warehouse.folder / "versions.csv"),
    }
    duckdb.sql(f"copy ({VERSIONS.format('crowd')}) to '{warehouse.folder / 'versions.csv'}' (header)")
    return warehouse


POLICY = {"consolidation": "dawid_skene", "iterations": 5, "posterior_digits": 6}


@pytest.mark.long
def test_estimates_are_frozen_with_their_version(warehouse, tmp_path):
    """Labels of others move a feature (cause `vote`); what was estimated stays, is proved, and order is of no account."""
    crowd(warehouse, CROWD + LATER, "all", **POLICY)
    outcome = warehouse.dbt("build")
    assert outcome.success, outcome.messages
    assert warehouse.dbt("run-operation", "verify").success
    assert warehouse.query(
        "select distinct cause from training_set_changes where version = 'v2' and feature_id = 'f3'"
    ) == [("vote",)]
    assert warehouse.query("select count(*) from annotator_confusion where version = 'v1'")[0][0] > 6
    assert warehouse.query("select version, n_labels from annotator_reliability where annotator_id = 'cleo' order by 1") == [
        ("latest", 4), ("v1", 3), ("v2", 4),
    ]  # fmt: skip
    fingerprints = warehouse.query(
        "select version, rows_checksum, fingerprint from dataset_versions order by 1"
    )
    assert [checksum.count("-") for _, checksum, _ in fingerprints] == [2, 2]

    (tmp_path / "other").mkdir()
    other = crowd(Warehouse(tmp_path / "other"), list(reversed(CROWD)), "first", **POLICY)
    other.build("--threads", "2", settings={"dataset_versions": None, "release_every": None})
    crowd(other, list(reversed(LATER)), "second", **POLICY)
    other.build("--threads", "1")
    assert (
        other.query("select version, rows_checksum, fingerprint from dataset_versions order by 1")
        == fingerprints
    )

    warehouse.execute("update int_freeze_log set probability = 0.5 where entry = 'annotator' and version = 'v1' and given_label is null and true_label is null and annotator_id = 'ann'")  # fmt: skip
    broken = warehouse.dbt("test", "--select", "int_freeze_log")
    assert set(broken.messages) == {"frozen_annotators_match_their_checksums"}


def test_shares_that_round_to_nothing_stay_in_the_whole(warehouse):
    """Confidence and agreement are shares of one, also where most labels are too unlikely to be stored."""
    labels = [
        (f"{who}/{number}", f"own {who}/{number}", f"w{who}", "a", "01-01")
        for who in range(22)
        for number in range(20)
    ]
    labels += [(f"a{who}", "many", f"w{who}", "a", "01-02") for who in range(7)]
    labels += [(f"b{who}", "many", f"w{who}", f"b{who}", "01-02") for who in range(7, 22)]
    crowd(warehouse, labels, "labels")
    warehouse.settings |= {
        "datasets": [
            {"name": f"d{digits}_{int(10 * agreement)}", "consolidation": "wawa", "posterior_digits": digits, "min_agreement": agreement}
            for digits in (1, 3)
            for agreement in (0, 0.4)
        ],
        "dataset_versions": None,
    }  # fmt: skip
    warehouse.build(settings={"release_every": None})
    assert warehouse.query(
        "select dataset, label, outcome, confidence::varchar from int_head_rows where feature_id = 'many' order by 1"
    ) == [
        ("d1_0", "a", "consensus", "0.300000"),
        ("d1_4", None, "no_quorum", "0.300000"),
        ("d3_0", "a", "consensus", "0.329000"),
        ("d3_4", None, "no_quorum", "0.329000"),
    ]


def test_repeats(warehouse):
    """The same person twice: both labels count, or the last alone; nameless labels are never taken for repeats."""
    labels = [
        ("a", "f1", "ann", "yes", "01-01"), ("b", "f1", "ann", "no", "01-02"), ("c", "f1", "bob", "yes", "01-01"),
        ("d", "f2", None, "yes", "01-01"), ("e", "f2", None, "no", "01-02"),
    ]  # fmt: skip
    crowd(warehouse, labels, "labels")
    warehouse.settings |= {
        "datasets": [{"name": "every"}, {"name": "newest", "repeats": "last"}],
        "dataset_versions": None,
    }
    corrected = [
        {"node_id": node, "parent_id": parent, "feature_id": "f3", "annotator_id": annotator, "label": label, "created_at": f"2024-01-0{day}"}
        for day, (node, parent, annotator, label) in enumerate([("f", None, "ann", "yes"), ("g", None, "ann", "no"), ("h", "g", "bob", "maybe")], 1)
    ]  # fmt: skip
    warehouse.settings["label_nodes"].append(str(warehouse.write_labels(corrected, "corrected")))
    warehouse.build(settings={"release_every": None})
    assert warehouse.query("select dataset, feature_id, label_distribution, n_labels from int_head_rows order by 1, 2") == [
        ("every", "f1", '{"no": 1, "yes": 2}', 3), ("every", "f2", '{"no": 1, "yes": 1}', 2),
        ("every", "f3", '{"maybe": 1, "yes": 1}', 2),
        ("newest", "f1", '{"no": 1, "yes": 1}', 2), ("newest", "f2", '{"no": 1, "yes": 1}', 2),
        # Somebody corrected the newer label of the two; the older one does not come back for that.
        ("newest", "f3", '{"maybe": 1}', 1),
    ]  # fmt: skip
    assert warehouse.query("select dataset, policy like '%repeats%' from int_datasets order by 1") == [
        ("every", False), ("newest", True),
    ]  # fmt: skip


def test_what_a_person_settled_is_not_estimated(warehouse):
    """A merge by a person stands, whatever the model thinks of its author; a lone label can be outvoted."""
    crowd(warehouse, CROWD + LATER, "labels", **POLICY)
    merge = [
        {"node_id": "m", "parent_id": parent, "feature_id": "f1", "annotator_id": "cleo", "label": "no", "created_at": "2024-03-01"}
        for parent in "abc"
    ]  # fmt: skip
    warehouse.settings["label_nodes"].append(str(warehouse.write_labels(merge, "merge")))
    warehouse.build()
    assert warehouse.query(
        "select label, outcome, confidence from training_set where version = 'latest' and feature_id = 'f1'"
    ) == [("no", "human", 1)]
    estimated = "select distinct feature_id from int_answers where version_number = 3 order by 1"
    assert warehouse.query(estimated) == [("f2",), ("f3",), ("f4",)]

    # Nor does somebody who says the same open it again.
    agreeing = {
        "node_id": "o",
        "feature_id": "f1",
        "annotator_id": "dora",
        "label": "no",
        "created_at": "2024-03-02",
    }
    warehouse.settings["label_nodes"].append(str(warehouse.write_labels([agreeing], "agreeing")))
    warehouse.build()
    assert warehouse.query(
        "select label, outcome, confidence from training_set where version = 'latest' and feature_id = 'f1'"
    ) == [("no", "consensus", 1)]
    assert ("f1",) not in warehouse.query(estimated)
