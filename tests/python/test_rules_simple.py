"""Rules for numbers, tags, texts and rankings, against plain Python and published figures."""

from __future__ import annotations

import json
import random
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest
from warehouse import Warehouse

N_FEATURES = 150
CHARACTERS = "abcä日💡 '\"\\\n\x1f{"


@dataclass(frozen=True)
class Leaf:
    """One opinion.

    Attributes:
        label: What it says, as written by the annotator.
        hands: How many people had a hand in it: its weight under `attention`.
        place: Its age; a higher one is newer.
        root: The label that it and others go back to; None where it stands alone.
    """

    label: str
    hands: int
    place: int
    root: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What a rule must come to: the label, or None where a human decides, and the votes behind it."""

    label: str | None
    confidence: Fraction | None
    distribution: dict[str, int]


# Random labels.


def some_number(dice: random.Random) -> str:
    """A number, written in one of many ways; often equal to another."""
    if dice.random() < 0.4:
        return dice.choice(["5", "5.0", " 5", "+5.", "0.5e1", "50E-1", "-0", "0", "-2.50", "-2.5", ".1"])
    digits = "".join(dice.choices("0123456789", k=dice.randint(1, 18)))
    decimals = "".join(dice.choices("0123456789", k=dice.choice([0, 1, 9, 10, 15])))
    exponent = dice.choice(["", "", f"e-{dice.randint(0, 12)}"])
    return dice.choice(["", "-"]) + digits + (f".{decimals}" if decimals else "") + exponent


def some_text(dice: random.Random) -> str:
    """A short text, also of letters of several bytes and of what JSON must escape."""
    alphabet = dice.choice([CHARACTERS, "ab", "aä"])
    return "".join(dice.choices(alphabet, k=dice.randint(0, 8)))


def some_tags(dice: random.Random) -> str:
    """Up to four tags in any order, some twice."""
    tags = dice.choices(["a", "b", "ä", 'c"\\', "\x1f", ""], k=dice.randint(0, 4))
    return json.dumps(tags, ensure_ascii=dice.random() < 0.5, indent=dice.choice([None, 1]))


def some_ranking(dice: random.Random) -> str:
    """An order of some or all of five items."""
    items = dice.sample(["a", "b", "c", "ä", "💡"], k=dice.choice([1, 2, 3, 5, 5, 5]))
    return json.dumps(items, ensure_ascii=dice.random() < 0.5)


# The rules in plain Python.


def rounded(number: Fraction, digits: int = 9) -> str:
    """A number in its one form, rounded half away from zero."""
    with localcontext(prec=80):
        exact = Decimal(number.numerator) / Decimal(number.denominator)
        # The division above is rounded at 80 digits, far behind what could decide a half.
        text = f"{exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def number_of(label: str) -> Fraction:
    """A label as the number that is stored of it."""
    return Fraction(rounded(Fraction(Decimal(label.strip()))))


def canonical(kind: str, label: str) -> str:
    """A label in the one way of writing it."""
    if kind == "number":
        return rounded(number_of(label))
    if kind in ("tags", "ranking"):
        items = json.loads(label)
        items = sorted(set(items)) if kind == "tags" else items
        # Control characters are written with upper case letters.
        return "[" + ",".join(quoted(item) for item in items) + "]"
    return label


def quoted(text: str) -> str:
    """A JSON string."""
    return json.dumps(text, ensure_ascii=False).replace("\\u001f", "\\u001F")


def newest(leaves: list[Leaf]) -> Leaf:
    """The leaf that came last."""
    return max(leaves, key=lambda leaf: leaf.place)


def votes_by_label(kind: str, leaves: list[Leaf], weigh: Callable[[Leaf], int]) -> dict[str, int]:
    """The votes of each label."""
    votes: dict[str, int] = {}
    for leaf in leaves:
        label = canonical(kind, leaf.label)
        votes[label] = votes.get(label, 0) + weigh(leaf)
    return votes


def decide_number(rule: str, leaves: list[Leaf], weigh: Callable[[Leaf], int], trim: Fraction) -> Verdict:
    """Each number as often as it has votes, then what statistics books say."""
    numbers = sorted(number_of(leaf.label) for leaf in leaves for _ in range(weigh(leaf)))
    if rule == "mean":
        decided = sum(numbers) / len(numbers)
    elif rule == "median":
        decided = Fraction(statistics.median(numbers))
    else:
        n_cut = int(trim * len(numbers))
        kept = numbers[n_cut : len(numbers) - n_cut]
        decided = sum(kept) / len(kept)
    votes = votes_by_label("number", leaves, weigh)
    return Verdict(rounded(decided), Fraction(1) if len(votes) == 1 else None, votes)


def decide_tags(ties: str, leaves: list[Leaf], weigh: Callable[[Leaf], int]) -> Verdict:
    """A vote on each tag."""
    total = sum(weigh(leaf) for leaf in leaves)
    votes: dict[str, int] = {}
    for leaf in leaves:
        for tag in set(json.loads(leaf.label)):
            votes[tag] = votes.get(tag, 0) + weigh(leaf)
    last = set(json.loads(newest(leaves).label))
    kept = {
        tag
        for tag, n_for in votes.items()
        if 2 * n_for > total
        or (2 * n_for == total and (ties == "largest" or (ties == "latest" and tag in last)))
    }
    is_open = ties == "queue" and any(2 * n_for == total for n_for in votes.values())
    label = "[" + ",".join(quoted(tag) for tag in sorted(kept)) + "]"
    certainty = min([max(n_for, total - n_for) for n_for in votes.values()], default=total)
    return Verdict(None if is_open else label, Fraction(certainty, total), votes)


def decide_ranking(ties: str, leaves: list[Leaf], weigh: Callable[[Leaf], int]) -> Verdict:
    """Two points for each pair won, one for each pair that a leaf leaves open."""
    rankings = [(json.loads(leaf.label), weigh(leaf)) for leaf in leaves]
    items = sorted({item for ranking, _ in rankings for item in ranking})

    def place(ranking: list[str], item: str) -> int:
        return ranking.index(item) if item in ranking else len(items)

    points = {item: 0 for item in items}
    for ranking, weight in rankings:
        for one in items:
            for other in items:
                if one != other:
                    ahead = place(ranking, other) - place(ranking, one)
                    points[one] += weight * (2 if ahead > 0 else 1 if ahead == 0 else 0)
    order = sorted(items, reverse=ties == "largest")
    if ties == "latest":
        last = json.loads(newest(leaves).label)
        order = sorted(order, key=lambda item: place(last, item))
    order = sorted(order, key=lambda item: -points[item])
    is_open = ties == "queue" and len(set(points.values())) < len(items)

    def mean_place(ranking: list[str], item: str) -> Fraction:
        if item in ranking:
            return Fraction(ranking.index(item) + 1)
        return Fraction(len(ranking) + 1 + len(items), 2)

    size = len(items)
    # Of one item there is no other order.
    confidence = Fraction(1)
    if size > 1:
        norm = Fraction(size * (size * size - 1), 3)
        correlations = []
        for ranking, weight in rankings:
            product = sum(
                (size + 1 - 2 * (order.index(item) + 1)) * (size + 1 - 2 * mean_place(ranking, item))
                for item in items
            )
            if len(ranking) == size:
                squares = sum((order.index(item) - ranking.index(item)) ** 2 for item in items)
                assert product / norm == 1 - Fraction(6 * squares, size**3 - size), "not Spearman's"
            correlations += [product / norm] * weight
        confidence = (1 + sum(correlations) / len(correlations)) / 2
    label = "[" + ",".join(quoted(item) for item in order) + "]"
    return Verdict(None if is_open else label, confidence, points)


def edit_distance(text: str, other: str) -> int:
    """Levenshtein's, row by row."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(text, start=1):
        above, row = row, [number]
        for place, opposite in enumerate(other, start=1):
            row.append(min(row[-1] + 1, above[place] + 1, above[place - 1] + (letter != opposite)))
    return row[-1]


def decide_text(ties: str, leaves: list[Leaf], weigh: Callable[[Leaf], int]) -> Verdict:
    """The text with the least sum of distances to the others."""
    votes = votes_by_label("text", leaves, weigh)
    distances = {text: sum(n * edit_distance(text, other) for other, n in votes.items()) for text in votes}
    best = [text for text in votes if distances[text] == min(distances.values())]
    age = {leaf.label: leaf.place for leaf in sorted(leaves, key=lambda leaf: leaf.place)}
    choose: dict[str, Callable[[list[str]], str]] = {
        "queue": min,
        "smallest": min,
        "largest": max,
        "latest": lambda texts: max(texts, key=lambda text: age[text]),
    }
    is_open = ties == "queue" and len(best) > 1
    return Verdict(None if is_open else choose[ties](best), Fraction(1) if len(votes) == 1 else None, votes)


def decide(dataset: dict[str, Any], leaves: list[Leaf]) -> Verdict:
    """What a dataset must say about a feature."""
    kind, rule, ties = dataset["kind"], dataset["consolidation"], dataset.get("ties", "queue")

    def weigh(leaf: Leaf) -> int:
        return leaf.hands if dataset["weight"] == "attention" else 1

    if dataset["weight"] == "independent_roots":
        # Of those that go back to the same label, who came last.
        by_root = {
            leaf.root or f"own {leaf.place}": leaf for leaf in sorted(leaves, key=lambda leaf: leaf.place)
        }
        leaves = list(by_root.values())

    if rule in ("latest", "unanimous"):
        votes = votes_by_label(kind, leaves, weigh)
        label = canonical(kind, newest(leaves).label)
        confidence = Fraction(votes[label], sum(votes.values()))
        if rule == "unanimous" and len(votes) > 1:
            return Verdict(None, Fraction(max(votes.values()), sum(votes.values())), votes)
        return Verdict(label, confidence, votes)
    if kind == "number":
        return decide_number(rule, leaves, weigh, Fraction(str(dataset.get("trim", 0.1))))
    return {"tags": decide_tags, "ranking": decide_ranking, "text": decide_text}[kind](ties, leaves, weigh)


def outcome(dataset: dict[str, Any], leaves: list[Leaf], verdict: Verdict) -> str:
    """How the feature ends; no dataset here asks for a number of labels, or for agreement where leaves differ."""
    if verdict.label is None:
        return "tie"
    if "min_margin" in dataset and verdict.confidence is not None:
        # Of tags and rankings: all votes that are not for the result are for its opposite.
        against = 1 - verdict.confidence
        if verdict.confidence - against < Fraction(str(dataset["min_margin"])):
            return "no_quorum"
    return "single" if len(leaves) == 1 else "consensus"


# Through dbt.

BAD_LABELS = {
    "number": ["", "five", "1,5", "1e400", "1000000000000000000", "NaN", "0x10", "1_000"],
    "tags": [
        "a",
        '"a"',
        '["a",]',
        '["a", 1]',
        "[null]",
        '{"a": 1}',
        "",
        '["\\u0000"]',
        '["\\ud800"]',
        "[[]]",
    ],
    "ranking": ["[]", '["a", "a"]', "a", '["a", "\\u0061"]', "[1, 2]"],
}
MAKERS = {"number": some_number, "tags": some_tags, "ranking": some_ranking, "text": some_text}
RULES = {
    "number": [
        {"consolidation": "mean"},
        {"consolidation": "median"},
        {"consolidation": "trimmed_mean"},
        {"consolidation": "trimmed_mean", "trim": 0.25},
    ],
    "tags": [{"ties": ties, "min_agreement": 0} for ties in ("queue", "smallest", "largest", "latest")]
    + [{"ties": "smallest", "min_agreement": 0, "min_margin": 0.3}],
    "ranking": [{"ties": ties, "min_agreement": 0} for ties in ("queue", "smallest", "largest", "latest")]
    + [{"ties": "smallest", "min_agreement": 0, "min_margin": 0.3}],
    "text": [
        {"consolidation": "medoid", "ties": ties} for ties in ("queue", "smallest", "largest", "latest")
    ],
}


def datasets() -> list[dict[str, Any]]:
    """Every rule, option, tie rule and weight, over the same labels of its kind."""
    declared = []
    for kind, rules in RULES.items():
        both = [{"consolidation": "latest"}, {"consolidation": "unanimous"}]
        for rule in rules + both:
            # Two options of each rule are enough to see who has no vote.
            weights = ("equal", "attention", "independent_roots")
            for weight in weights[: 3 if rule.get("ties") in (None, "latest") else 2]:
                declared.append(
                    {
                        "consolidation": "majority_vote",
                        **rule,
                        "name": f"{kind}_{len(declared)}",
                        "task": kind,
                        "kind": kind,
                        "weight": weight,
                    }
                )
    return declared


def raw_rows(task: str, feature: str, leaves: list[Leaf]) -> list[dict[str, Any]]:
    """The raw rows of a feature: each leaf at the end of a chain through as many hands as it has.

    The first of them has seen the root, or made it.
    """
    rows = [
        {
            "node_id": f"{task}.{feature}.root {root}",
            "feature_id": feature,
            "task": task,
            "label": leaves[0].label,
            "annotator_id": "person-0",
            "recorded_at": "2023-12-01",
        }
        for root in {leaf.root for leaf in leaves} - {None}
    ]
    for leaf in leaves:
        node = f"{task}.{feature}.{leaf.place}"
        first = None if leaf.root is None else f"{task}.{feature}.root {leaf.root}"
        for hand in range(leaf.hands):
            rows.append(
                {
                    "node_id": f"{node}.{hand}",
                    "parent_id": f"{node}.{hand - 1}" if hand else first,
                    "feature_id": feature,
                    "task": task,
                    "label": leaf.label,
                    "annotator_id": f"person-{hand}",
                    "recorded_at": f"2024-01-{leaf.place + 1:02d} 0{hand}:00:00",
                }
            )
    return rows


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> tuple[Warehouse, dict[tuple[str, str], list[Leaf]]]:
    """Hundreds of random features of every kind, built once, and the leaves that each has."""
    dice = random.Random(20240229)
    leaves: dict[tuple[str, str], list[Leaf]] = {}
    rows = []
    for kind, make in MAKERS.items():
        for number in range(N_FEATURES):
            feature = f"f{number}"
            places = list(range(dice.choice([1, 2, 3, 4, 5, 7])))
            leaves[kind, feature] = [
                Leaf(make(dice), dice.choice([1, 1, 2, 3]), place, dice.choice([None, 1, 2]))
                for place in places
            ]
            rows += raw_rows(kind, feature, leaves[kind, feature])
    # More letters of several bytes in common than DuckDB has bytes for.
    letters = "".join(chr(0x4E00 + number) for number in range(160))
    texts = [letters, letters[:130] + letters[10:40], letters[:140] + letters[:9]]
    leaves["text", "long"] = [Leaf(text, 1, place) for place, text in enumerate(texts)]
    leaves["number", "edge"] = [Leaf("999999999999999999.9999999994", 3, place) for place in range(7)]
    leaves["number", "edge"] += [Leaf("-999999999999999999.999999999", 1, 7)]
    for kind, feature in [("text", "long"), ("number", "edge")]:
        rows += raw_rows(kind, feature, leaves[kind, feature])
    for kind, labels in BAD_LABELS.items():
        for number, label in enumerate(labels):
            rows += raw_rows(kind, f"bad{number}", [Leaf(label, 1, 0)])
    dice.shuffle(rows)
    warehouse = Warehouse(tmp_path_factory.mktemp("town"))
    warehouse.settings = {
        "label_nodes": [str(warehouse.write_labels(rows))],
        "datasets": datasets(),
        "release_every": None,
    }
    outcome = warehouse.dbt("build", "--exclude-resource-type", "unit_test")
    assert outcome.success, outcome.output or outcome.messages
    return warehouse, leaves


@pytest.mark.parametrize("kind", MAKERS)
def test_rules_equal_plain_python(town, kind):
    """Label, outcome, confidence and distribution of every feature under every rule, tie rule, margin and weight."""
    warehouse, leaves = town
    found = {
        (dataset, feature): tuple(rest)
        for dataset, feature, *rest in warehouse.query(
            "select dataset, feature_id, label, outcome, confidence, label_distribution from int_head_rows"
            " where starts_with(dataset, ?)",
            f"{kind}_",
        )
    }
    wrong, outcomes = [], Counter()
    for dataset in datasets():
        for (task, feature), its_leaves in leaves.items():
            if task != kind or dataset["kind"] != kind:
                continue
            verdict = decide(dataset, its_leaves)
            ends = outcome(dataset, its_leaves, verdict)
            expected = (
                verdict.label if ends in ("single", "consensus") else None,
                ends,
                None if verdict.confidence is None else Decimal(rounded(verdict.confidence, 6)),
                verdict.distribution,
            )
            *told, distribution = found[dataset["name"], feature]
            outcomes[ends] += 1
            if (*told, json.loads(distribution)) != expected:
                wrong.append((dataset, its_leaves, expected, told, distribution))
    assert not wrong, f"{len(wrong)} differ, such as {wrong[0]}"
    assert outcomes["tie"] > 10 and (kind in ("number", "text") or outcomes["no_quorum"] > 10)


@pytest.mark.parametrize("kind", BAD_LABELS)
def test_labels_that_are_not_of_their_kind_are_refused(town, kind):
    """They stand in rejected_label_nodes with their reason."""
    warehouse, _ = town
    refused = warehouse.query(
        "select label from rejected_label_nodes where reason = 'invalid_label' and task = ?", kind
    )
    assert sorted(label for (label,) in refused) == sorted(BAD_LABELS[kind])


@pytest.mark.long
def test_a_kind_that_old_labels_do_not_fit_stops_the_run(warehouse):
    """Admitted as a class, asked for as a number: one sentence, and nothing is published of it."""
    labels = [
        {"node_id": "a", "feature_id": "f", "label": "5", "created_at": "2024-01-05"},
        {"node_id": "b", "feature_id": "f", "label": "five", "created_at": "2024-01-06"},
    ]
    warehouse.settings = {"label_nodes": [str(warehouse.write_labels(labels))], "release_every": None}
    warehouse.build()
    outcome = warehouse.dbt("run", settings={"default_policy": {"kind": "number", "consolidation": "mean"}})
    assert not outcome.success
    assert (
        'the dataset \'default\' is of kind number, but the label "five" of node "b" was admitted before '
        "and cannot be read so; take the kind back, or replace the label by a new node."
    ) in outcome.output


# Published figures.


def correlation(pairs: list[tuple[float, float]]) -> float:
    """Pearson's."""
    return statistics.correlation([one for one, _ in pairs], [other for _, other in pairs])


@pytest.fixture(scope="module")
def published(real_data: Path, tmp_path_factory) -> Warehouse:
    """The numeric tasks of Snow et al. (2008), and the ordinal ratings of Dawid and Skene (1979)."""
    tasks = ["wordsim", "anger", "disgust", "fear", "joy", "sadness", "surprise", "valence", "fitness_class"]
    warehouse = Warehouse(tmp_path_factory.mktemp("published"))
    warehouse.settings = {
        "label_nodes": [
            str(real_data / folder / "label_nodes.parquet") for folder in ("snow2008", "ds1979_anaesthesia")
        ],
        "datasets": [
            {"name": f"{task}_{rule}", "task": task, "kind": "number", "consolidation": rule}
            for task in tasks
            for rule in ("mean", "median", "trimmed_mean")
        ],
        "release_every": None,
    }
    warehouse.build()
    return warehouse


def test_word_similarity_of_snow_2008(published, real_data):
    """Means of ten answers correlate .9519 with the experts' (Snow et al. 2008, section 4.2: .952)."""
    pairs = published.query(f"""
        select cast(gold.label as double), cast(rows.label as double)
        from training_set as rows
        inner join '{real_data}/snow2008/gold.parquet' as gold on rows.feature_id = gold.feature_id
        where rows.dataset = 'wordsim_mean' and gold.task = 'wordsim'
    """)
    assert len(pairs) == 30
    assert round(correlation(pairs), 4) == 0.9519


def test_means_and_medians_of_published_numbers(published, real_data):
    """All 8 numeric tasks and 45 patients rated on a scale of 1 to 4: every mean, median and trimmed mean."""
    answers: dict[tuple[str, str], list[Fraction]] = {}
    for folder in ("snow2008", "ds1979_anaesthesia"):
        for task, feature, label in duckdb.sql(
            f"select task, feature_id, label from '{real_data}/{folder}/label_nodes.parquet'"
        ).fetchall():
            if task not in ("rte", "temp", "wsd"):
                answers.setdefault((task, feature), []).append(Fraction(Decimal(label)))
    rows = published.query("select dataset, feature_id, label from training_set")
    assert len(rows) == 3 * len(answers) and len(answers) == 30 + 7 * 100 + 45
    wrong = []
    for dataset, feature, label in rows:
        task, rule = dataset.removesuffix("_trimmed_mean"), "trimmed_mean"
        if task == dataset:
            task, rule = dataset.rsplit("_", 1)
        numbers = sorted(answers[task, feature])
        n_cut = len(numbers) // 10
        expected = {
            "mean": sum(numbers) / len(numbers),
            "median": Fraction(statistics.median(numbers)),
            "trimmed_mean": sum(numbers[n_cut : len(numbers) - n_cut]) / (len(numbers) - 2 * n_cut),
        }[rule]
        if label != rounded(expected):
            wrong.append((dataset, feature, label, rounded(expected)))
    assert wrong == []
