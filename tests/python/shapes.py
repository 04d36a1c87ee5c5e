"""Random boxes, masks and polygons, and what each rule makes of them, in plain Python.

The oracles are written the other way round from the SQL: masks as sets of pixels, fusion one box after
the other without groups, polygons line by line with fractions.
"""
# ruff: noqa: E501  One line per kind of case reads better than one per value.

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

MILLION = 1_000_000


@dataclass(frozen=True)
class Leaf:
    """A label that counts.

    Attributes:
        node_id: Its node.
        label: Its text, as written.
        day: Day on which it was made; none of a feature share one.
        weight: How many people had a hand in it, under the weight `attention`.
    """

    node_id: str
    label: str
    day: int
    weight: int

    @property
    def root(self) -> str:
        """Where it comes from: nowhere, or one of two labels that all who weigh two had seen."""
        return self.node_id if self.weight == 1 else f"{self.node_id.rsplit('/', 1)[0]} before {self.day % 2}"


@dataclass(frozen=True)
class Decision:
    """What a rule says of a feature.

    Attributes:
        label: The decision.
        n_votes: Votes for it; None where nothing can be counted.
        total_votes: All votes.
        n_runner_up: Votes for the next best; None where there is nothing else.
        is_tied: Whether it is left open.
        distribution: The label distribution.
    """

    label: str
    n_votes: int | None
    total_votes: int
    n_runner_up: int | None = None
    is_tied: bool = False
    distribution: str = "{}"


def halved_up(part: int, whole: int) -> int:
    """Quotient of part and whole, rounded half up."""
    return (2 * part + whole) // (2 * whole)


def millionths(number: Any) -> int:
    """A number of JSON in millionths, rounded half away from zero."""
    exact = Fraction(str(number)) * MILLION
    size = int(abs(exact) + Fraction(1, 2))
    return size if exact >= 0 else -size


def text_of(number: int) -> str:
    """Millionths as text."""
    sign, size = ("-" if number < 0 else ""), abs(number)
    return (sign + f"{size // MILLION}.{size % MILLION:06d}".rstrip("0")).rstrip(".")


def canonical(label: str, kind: str) -> str:
    """A label in the one way its kind is written."""
    if kind == "box":
        return "[" + ",".join(text_of(millionths(n)) for n in json.loads(label, parse_float=str)) + "]"
    if kind == "boxes":
        outside = label.split('"')
        outside[::2] = ["".join(part.split()) for part in outside[::2]]
        compact = '"'.join(outside).replace('"category_id":', '"class":')
        return compact if compact.startswith("[") else f"[{compact}]"
    return "".join(label.split())


# The rules.


def distribution(leaves: Sequence[Leaf], numbers: Sequence[int]) -> str:
    """A number for each leaf."""
    pairs = sorted(zip((leaf.node_id for leaf in leaves), numbers, strict=True))
    return "{" + ", ".join(f'"{node}": {number}' for node, number in pairs) + "}"


def nearest(leaves: Sequence[Leaf], kind: str, ties: str, similarity: Callable[[int, int], int]) -> Decision:
    """The medoid by any similarity in millionths."""
    total = MILLION * sum(leaf.weight for leaf in leaves)
    near = [[similarity(one, other) for other in range(len(leaves))] for one in range(len(leaves))]
    votes = [sum(value * leaf.weight for value, leaf in zip(row, leaves, strict=True)) for row in near]
    best = [place for place, vote in enumerate(votes) if vote == max(votes)]
    labels = [canonical(leaf.label, kind) for leaf in leaves]
    if ties == "latest":
        winner = max(best, key=lambda place: leaves[place].day)
    elif ties == "largest":
        winner = max(best, key=lambda place: (labels[place], leaves[place].day))
    else:
        winner = min(best, key=lambda place: (labels[place], -leaves[place].day))
    # What equals the winner to a millionth is no rival.
    rivals = [vote for place, vote in enumerate(votes) if near[winner][place] < MILLION]
    runner_up = max(rivals, default=None)
    is_tied = ties == "queue" and votes[winner] in rivals
    shares = [halved_up(vote * MILLION, total) for vote in votes]
    return Decision(labels[winner], votes[winner], total, runner_up, is_tied, distribution(leaves, shares))


def box_corners(label: str) -> tuple[int, int, int, int]:
    """Corners of a box in millionths."""
    x, y, width, height = map(millionths, json.loads(label, parse_float=str))
    return x, y, x + width, y + height


def box_parts(one: Sequence[int], other: Sequence[int]) -> tuple[int, int]:
    """Areas of the intersection and the union of two boxes."""
    width = max(0, min(one[2], other[2]) - max(one[0], other[0]))
    height = max(0, min(one[3], other[3]) - max(one[1], other[1]))
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height, areas - width * height


def box_similarity(one: Sequence[int], other: Sequence[int]) -> int:
    """Intersection over union in millionths."""
    intersection, union = box_parts(one, other)
    return halved_up(MILLION * intersection, union)


def box_medoid(leaves: Sequence[Leaf], ties: str, **_: Any) -> Decision:
    """The nearest box."""
    boxes = [box_corners(leaf.label) for leaf in leaves]
    return nearest(leaves, "box", ties, lambda one, other: box_similarity(boxes[one], boxes[other]))


def averaged(leaves: Sequence[Leaf], average: Callable[[list[tuple[int, int]]], int]) -> Decision:
    """A box of averages of its four sides, each of pairs of value and weight."""
    sides = [box_corners(leaf.label) for leaf in leaves]
    corners = x1, y1, x2, y2 = tuple(
        average([(side[place], leaf.weight) for side, leaf in zip(sides, leaves, strict=True)])
        for place in range(4)
    )
    near = [box_similarity(corners, box_corners(leaf.label)) for leaf in leaves]
    return Decision(
        "[" + ",".join(map(text_of, (x1, y1, x2 - x1, y2 - y1))) + "]",
        sum(value * leaf.weight for value, leaf in zip(near, leaves, strict=True)),
        MILLION * sum(leaf.weight for leaf in leaves),
        distribution=distribution(leaves, near),
    )


def box_mean(leaves: Sequence[Leaf], **_: Any) -> Decision:
    """The mean box."""

    def mean(values: list[tuple[int, int]]) -> int:
        return halved_up(sum(value * weight for value, weight in values), sum(weight for _, weight in values))

    return averaged(leaves, mean)


def box_median(leaves: Sequence[Leaf], **_: Any) -> Decision:
    """The median box: each value stands as often as it weighs."""

    def median(values: list[tuple[int, int]]) -> int:
        ordered = sorted(value for value, weight in values for _ in range(weight))
        low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
        return halved_up(low + high, 2)

    return averaged(leaves, median)


def pixels_of(label: str) -> tuple[tuple[int, int], list[int]]:
    """Size and pixels of a mask, one by one."""
    mask = json.loads(label)
    pixels: list[int] = []
    for place, run in enumerate(mask["counts"]):
        pixels += [place % 2] * run
    return tuple(mask["size"]), pixels


def mask_text(size: Sequence[int], pixels: Sequence[int]) -> str:
    """Pixels as a label."""
    counts, last = [0], 0
    for pixel in pixels:
        if pixel != last:
            counts.append(0)
            last = pixel
        counts[-1] += 1
    return json.dumps({"size": list(size), "counts": counts}, separators=(",", ":"))


def votes_by_size(leaves: Sequence[Leaf], sizes: Sequence[tuple[int, int]]) -> str:
    """What is said of masks that cannot be laid over each other."""
    votes: dict[str, int] = {}
    for leaf, (height, width) in zip(leaves, sizes, strict=True):
        votes[f"{height} x {width}"] = votes.get(f"{height} x {width}", 0) + leaf.weight
    return json.dumps(dict(sorted(votes.items())))


def mask_majority_vote(leaves: Sequence[Leaf], ties: str, **_: Any) -> Decision:
    """A vote on each pixel."""
    weight = sum(leaf.weight for leaf in leaves)
    sizes, masks = zip(*(pixels_of(leaf.label) for leaf in leaves), strict=True)
    if len(set(sizes)) > 1:
        return Decision("", None, weight, is_tied=True, distribution=votes_by_size(leaves, sizes))
    newest = max(range(len(leaves)), key=lambda place: leaves[place].day)
    result, agreeing, total, tied = [], 0, 0, False
    for place in range(len(masks[0])):
        votes = sum(leaf.weight for leaf, mask in zip(leaves, masks, strict=True) if mask[place])
        tied |= 2 * votes == weight
        if 2 * votes == weight:
            pixel = {"largest": 1, "latest": masks[newest][place]}.get(ties, 0)
        else:
            pixel = int(2 * votes > weight)
        result.append(pixel)
        if votes:
            agreeing += votes if pixel else weight - votes
            total += weight
    if total == 0:
        agreeing = total = weight
    label = mask_text(sizes[0], result)
    return Decision(label, agreeing, total, total - agreeing, ties == "queue" and tied)


def mask_medoid(leaves: Sequence[Leaf], ties: str, **_: Any) -> Decision:
    """The nearest mask."""
    sizes, masks = zip(*(pixels_of(leaf.label) for leaf in leaves), strict=True)
    if len(set(sizes)) > 1:
        return Decision("", None, 0, is_tied=True, distribution=votes_by_size(leaves, sizes))

    def similarity(one: int, other: int) -> int:
        both = sum(a & b for a, b in zip(masks[one], masks[other], strict=True))
        either = sum(a | b for a, b in zip(masks[one], masks[other], strict=True))
        return halved_up(MILLION * both, either) if either else MILLION

    return nearest(leaves, "mask", ties, similarity)


def polygon_medoid(leaves: Sequence[Leaf], ties: str, **_: Any) -> Decision:
    """The nearest polygon, by the widths that polygons share on 1,000 lines."""
    polygons = [
        [(millionths(x), millionths(y)) for x, y in json.loads(leaf.label, parse_float=str)]
        for leaf in leaves
    ]
    left = min(x for polygon in polygons for x, _ in polygon)
    low = min(y for polygon in polygons for _, y in polygon)
    height = max(y for polygon in polygons for _, y in polygon) - low

    def stretches(polygon: list[tuple[int, int]], line: int) -> list[tuple[int, int]]:
        at = low + Fraction((2 * line + 1) * height, 2000)
        crossings = []
        for (x, y), (next_x, next_y) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
            if (y <= at) != (next_y <= at):
                crossings.append(int(x - left + (at - y) * (next_x - x) / (next_y - y)))
        crossings.sort()
        return list(zip(crossings[::2], crossings[1::2], strict=True))

    covered = [[stretches(polygon, line) for line in range(1000)] for polygon in polygons]

    def both(one: int, other: int) -> int:
        return sum(
            max(0, min(a[1], b[1]) - max(a[0], b[0]))
            for mine, theirs in zip(covered[one], covered[other], strict=True)
            for a in mine
            for b in theirs
        )

    def similarity(one: int, other: int) -> int:
        shared = both(one, other)
        union = both(one, one) + both(other, other) - shared
        if not union:
            return MILLION if polygons[one] == polygons[other] else 0
        return halved_up(MILLION * shared, union)

    return nearest(leaves, "polygon", ties, similarity)


def box_fusion(leaves: Sequence[Leaf], iou: float, min_labels: int, **_: Any) -> Decision:
    """Weighted boxes fusion, box after box."""
    threshold = millionths(iou)
    weight = sum(leaf.weight for leaf in leaves)
    boxes = []
    for leaf in leaves:
        objects = json.loads(canonical(leaf.label, "boxes"), parse_float=str)
        for place, each in enumerate(objects):
            score = millionths(each.get("score", 1)) * leaf.weight
            corners = box_corners(json.dumps(each["bbox"]).replace('"', ""))
            boxes.append((-score, -leaf.day, place, str(each["class"]), corners, leaf))
    clusters: list[dict[str, Any]] = []
    for negative_score, _, _, name, corners, leaf in sorted(boxes, key=lambda box: box[:3]):
        score = -negative_score
        best, best_overlap = None, -1
        for cluster in clusters:
            intersection, union = box_parts(cluster["corners"], corners)
            if cluster["class"] != name:
                continue
            # Two without a size overlap nothing.
            overlap = 10**9 * intersection // union if union else 0
            if overlap > best_overlap:
                best, best_overlap, fits = cluster, overlap, MILLION * intersection > threshold * union
        if best is None or not fits:
            best = {
                "class": name,
                "score": 0,
                "sums": [0] * 4,
                "corners": list(corners),
                "leaves": set(),
                "n": 0,
            }
            clusters.append(best)
        best["sums"] = [total + side * score for total, side in zip(best["sums"], corners, strict=True)]
        best["score"] += score
        if best["score"]:
            best["corners"] = [halved_up(total, best["score"]) for total in best["sums"]]
        best["leaves"].add(leaf)
        best["n"] += 1
    votes = total = 0
    kept = []
    for cluster in clusters:
        drawn = sum(leaf.weight for leaf in cluster["leaves"])
        is_kept = len(cluster["leaves"]) >= min_labels
        votes += drawn if is_kept else weight - drawn
        total += weight
        if is_kept:
            score = halved_up(cluster["score"] * min(len(leaves), cluster["n"]), cluster["n"] * weight)
            kept.append((-score, cluster["class"], cluster["corners"]))
    texts = []
    for negative_score, name, (x1, y1, x2, y2) in sorted(kept):
        box = ",".join(map(text_of, (x1, y1, x2 - x1, y2 - y1)))
        texts.append(
            f'{{"class":{json.dumps(name, ensure_ascii=False)},"bbox":[{box}],"score":{text_of(-negative_score)}}}'
        )
    if not total:
        votes = total = weight
    # Where fewer agree than not, the result leads by nothing.
    return Decision("[" + ",".join(texts) + "]", votes, total, min(votes, total - votes))


RULES = {
    ("box", "medoid"): box_medoid,
    ("box", "mean"): box_mean,
    ("box", "median"): box_median,
    ("mask", "majority_vote"): mask_majority_vote,
    ("mask", "medoid"): mask_medoid,
    ("polygon", "medoid"): polygon_medoid,
    ("boxes", "box_fusion"): box_fusion,
}


def outcome(leaves: Sequence[Leaf], policy: dict[str, Any]) -> tuple[str | None, str, str, str | None]:
    """Label, outcome, distribution and confidence (six digits) of a feature under a policy."""
    n_labels = len(leaves)
    if policy["weight"] == "independent_roots":
        # Who comes last of those from one root, each once; the others have no vote.
        leaves = list({leaf.root: leaf for leaf in sorted(leaves, key=lambda leaf: leaf.day)}.values())
    if policy["weight"] != "attention":
        leaves = [Leaf(leaf.node_id, leaf.label, leaf.day, 1) for leaf in leaves]
    kind, rule = policy["kind"], policy["consolidation"]
    labels = [canonical(leaf.label, kind) for leaf in leaves]
    weight = sum(leaf.weight for leaf in leaves)
    newest = max(leaves, key=lambda leaf: leaf.day)
    if len(set(labels)) == 1:
        decision = Decision(labels[0], weight, weight)
    elif rule == "latest":
        label = canonical(newest.label, kind)
        agreeing = sum(leaf.weight for leaf, own in zip(leaves, labels, strict=True) if own == label)
        decision = Decision(label, agreeing, weight)
    elif rule == "unanimous":
        votes = max(
            sum(leaf.weight for leaf, own in zip(leaves, labels, strict=True) if own == label)
            for label in labels
        )
        decision = Decision("", votes, weight, is_tied=True)
    else:
        decision = RULES[kind, rule](leaves, **policy)
    if n_labels < policy["min_labels"]:
        found = "no_quorum"
    elif n_labels == 1:
        found = "single"
    elif decision.is_tied:
        found = "tie"
    elif decision.n_votes < Fraction(str(policy["min_agreement"])) * decision.total_votes or (
        decision.n_runner_up is not None
        and decision.n_votes - decision.n_runner_up
        < Fraction(str(policy["min_margin"])) * decision.total_votes
    ):
        found = "no_quorum"
    else:
        found = "consensus"
    label = decision.label if found in ("single", "consensus") else None
    if decision.n_votes is None:
        return label, found, decision.distribution, None
    confidence = halved_up(decision.n_votes * MILLION, decision.total_votes)
    return label, found, decision.distribution, f"{confidence / MILLION:.6f}"


# Random labels.


def spaced(chance: random.Random, label: str) -> str:
    """A JSON text with blanks here and there, which mean nothing."""
    parts = label.split('"')
    for place in range(0, len(parts), 2):
        for mark in ",[]{}:":
            if chance.random() < 0.3:
                blank = chance.choice([" ", "\t", "\n ", "  "])
                parts[place] = parts[place].replace(mark, mark + blank if mark in ",[{:" else blank + mark)
    return '"'.join(parts)


def number(chance: random.Random, low: int, high: int) -> str:
    """A coordinate in one of the ways that programs write it."""
    value = chance.randint(low, high)
    form = chance.randrange(6)
    if form == 0:
        return f"{value}.{chance.randint(0, 9)}"
    if form == 1:
        return f"{value}.{chance.randint(0, 10**9):010d}"
    if form == 2:
        return f"{value}.50"
    return str(value)


def random_box(chance: random.Random, base: Sequence[int]) -> str:
    """A box near another."""
    x, y, width, height = base
    spread = chance.choice([0, 1, 3, 12])
    return f"[{number(chance, x - spread, x + spread)},{number(chance, y - spread, y + spread)},{number(chance, max(1, width - spread), width + spread)},{number(chance, max(1, height - spread), height + spread)}]"


def base_box(chance: random.Random) -> list[int]:
    """Where a box may be: around 0, far off, or tiny."""
    origin = chance.choice([0, 0, -40, 9_000_000])
    return [
        origin + chance.randint(-20, 60),
        origin + chance.randint(-20, 60),
        chance.randint(1, 30),
        chance.randint(1, 30),
    ]


def random_boxes(chance: random.Random, bases: Sequence[tuple[str, Sequence[int]]]) -> str:
    """Some of a picture's objects, each near where it is."""
    objects = []
    for name, base in bases:
        if chance.random() < 0.3:
            continue
        key, value = ("category_id", name) if name.isdigit() else ("class", json.dumps(name))
        box = random_box(chance, base)
        if chance.random() < 0.1:
            # A line that was drawn as a box: it covers nothing.
            box = "[" + ",".join([*box[1:-1].split(",")[:2], *chance.choice(["0,3", "3,0"]).split(",")]) + "]"
        parts = [f'"{key}":{value}', f'"bbox":{box}']
        if chance.random() < 0.6:
            parts.append(
                f'"score":{chance.choice(["0.5", "0.25", "0.123456789", "1", "0.9", "1.0", "0", "1e-05", "0.50"])}'
            )
        chance.shuffle(parts)
        objects.append("{" + ",".join(parts) + "}")
    if len(objects) == 1 and chance.random() < 0.5:
        return objects[0]
    return "[" + ",".join(objects) + "]"


def random_mask(chance: random.Random, size: Sequence[int], base: Sequence[int]) -> str:
    """A mask that differs from another in some pixels; sometimes empty, sometimes full."""
    form = chance.random()
    if form < 0.1:
        pixels = [0] * len(base)
    elif form < 0.15:
        pixels = [1] * len(base)
    else:
        noise = chance.choice([0, 0.05, 0.3])
        pixels = [pixel ^ (chance.random() < noise) for pixel in base]
    label = mask_text(size, pixels)
    if chance.random() < 0.2:
        # The same keys the other way round, and runs of nothing in the middle and at the end, mean the same.
        mask = json.loads(label)
        counts = mask["counts"]
        if counts[-1] > 1:
            counts = counts[:-1] + [1, 0, counts[-1] - 1]
        counts = counts + [0] * chance.randint(0, 2)
        label = json.dumps({"counts": counts, "size": mask["size"]})
    return label


def random_polygon(chance: random.Random, base: Sequence[tuple[int, int]]) -> str:
    """A polygon near another; it may cross itself, and be open or closed."""
    spread = chance.choice([0, 1, 4])
    # A slip of the hand or swapped axes: so far off that the lines between miss all but one of the polygons.
    away = chance.choice([0] * 9 + [200_000])
    base = [(x, y + away) for x, y in base]
    points = [
        f"[{number(chance, x - spread, x + spread)},{number(chance, y - spread, y + spread)}]"
        for x, y in base
    ]
    if chance.random() < 0.3:
        points.append(points[0])
    return "[" + ",".join(points) + "]"


def random_features(seed: int, n_features: int, n_polygons: int) -> dict[str, dict[str, list[Leaf]]]:
    """Features with their leaves, by kind.

    Args:
        seed: The same seed gives the same features.
        n_features: Features of each kind.
        n_polygons: Features of polygons, of which the oracle is slow.

    Returns:
        kind -> feature_id -> leaves.
    """
    chance = random.Random(seed)
    found: dict[str, dict[str, list[Leaf]]] = {"box": {}, "boxes": {}, "mask": {}, "polygon": {}}
    for kind, features in found.items():
        for number_of_feature in range(n_polygons if kind == "polygon" else n_features):
            feature = f"{kind} {number_of_feature}"
            size = (chance.randint(1, 6), chance.randint(1, 6))
            mask = [chance.randint(0, 1) for _ in range(size[0] * size[1])]
            corners = [
                (chance.randint(-20, 20), chance.randint(-20, 20)) for _ in range(chance.randint(3, 6))
            ]
            box = base_box(chance)
            objects = [
                (
                    chance.choice(["cat", "dog", "7", 'a "b"}, {'] if number_of_feature % 5 else ["cat"]),
                    base_box(chance),
                )
                for _ in range(chance.randint(0, 6))
            ]
            leaves = []
            # A few features have more leaves than a sweep of overlaps takes at once.
            n_leaves = 35 if kind == "mask" and number_of_feature % 60 == 7 else chance.randint(1, 7)
            for place, day in enumerate(
                chance.sample(range(1, 29), min(n_leaves, 28)) + list(range(29, n_leaves + 1))
            ):
                if kind == "mask":
                    # Now and then somebody labels a picture of another size.
                    label = (
                        random_mask(chance, (7, 7), [0] * 49)
                        if chance.random() < 0.02
                        else random_mask(chance, size, mask)
                    )
                elif kind == "box":
                    label = random_box(chance, box)
                elif kind == "boxes":
                    label = random_boxes(chance, objects)
                else:
                    label = random_polygon(chance, corners)
                leaves.append(
                    Leaf(f"{feature}/{place}", spaced(chance, label), day, chance.choice([1, 1, 2]))
                )
            features[feature] = leaves
        features.update(extremes(kind))
    return found


def extremes(kind: str) -> dict[str, list[Leaf]]:
    """The largest and the smallest that a label may be, side by side."""
    most, least = "99999999.999999", "0.000001"
    sides = [
        ("-" + most, "-" + most, most, most), (least, "-" + most, most, least), ("-" + most, least, least, most),
        (most, most, least, least), (most, most, most, most), (least, least, most, most), (least, least, most, "99999999"),
    ]  # fmt: skip
    boxes = [f"[{','.join(side)}]" for side in sides]
    corner = f"[-{most},-{most}]"
    labels = {
        "box": boxes,
        "boxes": [f'[{",".join(boxes_of)}]' for boxes_of in (
            [f'{{"class":"a","bbox":{box},"score":{score}}}' for box in boxes]
            for score in ("1", "0.000001", "0.999999")
        )],
        "polygon": [f"[{corner},[{most},-{most}],[{most},{most}]]", f"[{corner},[-{most},{most}],[{most},{most}]]",
                    f"[{corner},[{most},-{most}],[{most},{least}]]", f"[[0,0],[{least},0],[0,{least}]]"],
        "mask": [],
    }[kind]  # fmt: skip
    leaves = [
        Leaf(f"{kind} extreme/{day}", label, day, 1 + day % 2) for day, label in enumerate(labels, start=1)
    ]
    return {f"{kind} extreme": leaves} if leaves else {}


def rows_of(features: dict[str, dict[str, list[Leaf]]]) -> list[dict[str, Any]]:
    """Raw rows: a leaf that weighs two corrects what somebody else had said, as others do."""
    rows = []
    for kind, by_feature in features.items():
        for feature, leaves in by_feature.items():
            roots = set()
            for leaf in leaves:
                row = {"feature_id": feature, "task": kind, "label": leaf.label}
                made = f"2024-{1 + (leaf.day - 1) // 28:02d}-{1 + (leaf.day - 1) % 28:02d} 10:00:00"
                rows.append(
                    {
                        **row,
                        "node_id": leaf.node_id,
                        "annotator_id": f"who {leaf.node_id}",
                        "created_at": made,
                    }
                )
                if leaf.weight == 2:
                    rows[-1]["parent_id"] = leaf.root
                    if leaf.root not in roots:
                        roots.add(leaf.root)
                        root = {"node_id": leaf.root, "annotator_id": "first", "created_at": "2023-12-01"}
                        rows.append({**row, **root})
    return rows


def policies() -> dict[str, dict[str, Any]]:
    """Datasets that ask for every rule of every kind, with all that the rules read."""
    asked = {
        "box": [("medoid", {}), ("medoid", {"ties": "latest"}), ("medoid", {"ties": "largest", "weight": "attention"}), ("mean", {}),
                ("mean", {"weight": "attention"}), ("median", {}), ("median", {"weight": "attention", "min_agreement": 0.8}), ("latest", {}), ("unanimous", {}),
                ("medoid", {"min_margin": 0.1, "min_agreement": 0}),
                *((rule, {"weight": "independent_roots"}) for rule in ("medoid", "mean", "median", "unanimous"))],
        "mask": [("majority_vote", {}), ("majority_vote", {"ties": "smallest"}), ("majority_vote", {"ties": "largest", "weight": "attention"}),
                 ("majority_vote", {"ties": "latest", "weight": "attention", "min_agreement": 0.7}), ("medoid", {}), ("medoid", {"ties": "smallest"}), ("latest", {}), ("unanimous", {}),
                 ("majority_vote", {"ties": "smallest", "min_margin": 0.3}), ("medoid", {"ties": "largest", "min_margin": 0.1, "min_agreement": 0}),
                 ("majority_vote", {"ties": "latest", "weight": "independent_roots"}), ("medoid", {"ties": "latest", "weight": "independent_roots"})],
        "polygon": [("medoid", {"min_labels": 2}), ("medoid", {"ties": "latest", "weight": "attention", "min_margin": 0.02, "min_agreement": 0}), ("latest", {}), ("unanimous", {}),
                    ("medoid", {"ties": "latest", "weight": "independent_roots"})],
        "boxes": [("box_fusion", {}), ("box_fusion", {"iou": 0.3, "min_labels": 2}), ("box_fusion", {"weight": "attention", "min_agreement": 0}),
                  ("latest", {}), ("unanimous", {}), ("box_fusion", {"min_labels": 2, "min_margin": 0.3, "min_agreement": 0}),
                  ("box_fusion", {"min_labels": 2, "weight": "independent_roots"}), ("latest", {"weight": "independent_roots"})],
    }  # fmt: skip
    found = {}
    for kind, rules in asked.items():
        for place, (rule, said) in enumerate(rules):
            default = 0 if rule == "latest" else 0.5
            policy = {
                "kind": kind,
                "consolidation": rule,
                "ties": "queue",
                "weight": "equal",
                "min_labels": 1,
                "min_agreement": default,
                "min_margin": 0,
            }
            if rule == "box_fusion":
                policy["iou"] = 0.55
            found[f"{kind}_{rule}_{place}"] = {**policy, **said}
    return found


# What admission takes and what it refuses.

VALID = {
    "box": ["[0,0,1,1]", " [ -1.5 , 2 , 0.000001 , 3e-05 ]\n", "[99999999.999999, -99999999, 1, 1]", "[0.30000000000000004,1,1,1]"],
    "boxes": [
        "[]", " [ ] ", '{"class":"a","bbox":[0,0,1,1]}', '[{"bbox":[0,0,1,1],"category_id":3,"score":0.5}]',
        '[{"class":"a","bbox":[0,0,1,1]}, {"class":"\\u00e4 \\"b\\" } , {","bbox":[0,0,1,1],"score":1}]', '[{"class":"","bbox":[0,0,1,1],"score":0}]',
    ],
    "mask": [
        '{"size":[1,1],"counts":[1]}', '{"size":[2,3],"counts":[0,6]}', '{"counts": [1, 2, 0, 3],\n "size": [2, 3]}',
        '{"size":[999999,999999],"counts":[999998000001]}', '{"size":[2,3],"counts":[0,0,6]}',
    ],
    "polygon": ["[[0,0],[1,0],[1,1]]", " [ [ 0 , 0 ] , [ 1 , 0 ] , [ -1.5 , 1e-05 ] , [ 0 , 0 ] ] ", "[[0,0],[1,1],[2,2]]"],
}  # fmt: skip

INVALID = {
    "box": [
        "", "box", "[0,0,1]", "[0,0,1,1,1]", "[0,0,0,1]", "[0,0,1,-1]", "[0,0,0.0000001,1]", "[NaN,0,1,1]", "[0,0,Infinity,1]", "[0,0,1,1", "0,0,1,1",
        "[100000000,0,1,1]", "[0,0,1e5,1]", "[00,0,1,1]", "[.5,0,1,1]", "[1.,0,1,1]", "[+1,0,1,1]", '["0",0,1,1]', "[0 0,0,1,1]", "[0,,1,1]", "[null,0,1,1]",
        "[[0,0],[1,1]]", '{"bbox":[0,0,1,1]}', "[0,0,1,1] x", "[١,0,1,1]",
    ],
    "boxes": [
        "", "[0,0,1,1]", "{}", "[{}]", '[{"bbox":[0,0,1,1]}]', '[{"class":"a"}]', '[{"class":"a","bbox":[0,0,1,-1]}]', '[{"class":"a","bbox":[0,0,1,1],"score":1.5}]',
        '[{"class":"a","bbox":[0,0,1,1],"score":-0.1}]', '[{"class":"a","bbox":[0,0,1,1],"score":NaN}]', '[{"class":"a","class":"b","bbox":[0,0,1,1]}]',
        '[{"class":"a","category_id":1,"bbox":[0,0,1,1]}]', '[{"class":"a","bbox":[0,0,1,1],"area":1}]', '[{"class":null,"bbox":[0,0,1,1]}]',
        '[{"class":"a","bbox":[0,0,1,1]},]', '[{"class":"a","bbox":[0,0,1,1]}', '[{"class":"a","bbox":[0,0,1]}]', '[[]]', '[{"class":"\\ud83c","bbox":[0,0,1,1]}]',
        '[{"class":1.5,"bbox":[0,0,1,1]}]', '[{"class":"a\nb","bbox":[0,0,1,1]}]',
    ],
    "mask": [
        "", "[1]", "{}", '{"size":[2,3]}', '{"size":[2,3],"counts":[]}', '{"size":[2,3],"counts":[5]}', '{"size":[2,3],"counts":[7]}', '{"size":[2,3],"counts":[-1,7]}',
        '{"size":[0,3],"counts":[0]}', '{"size":[-2,-3],"counts":[6]}', '{"size":[2,3,1],"counts":[6]}', '{"size":[2],"counts":[2]}', '{"size":[2,3],"counts":[1 5]}',
        '{"size":[2,3],"counts":[1,,5]}', '{"size":[2,3],"counts":[1,5,]}', '{"size":[2,3],"counts":[,6]}', '{"size":[2,3],"counts":[06]}', '{"size":[2,3],"counts":[6.0]}',
        '{"size":[2,3],"counts":[NaN]}', '{"size":[2,3],"counts":"06"}', '{"size":[2,3],"counts":[6],"x":1}', '{"size":[2,3],"counts":[6]', '{"size":[2,3],"counts":[6]}}',
        '{"size":[1000000,1],"counts":[1000000]}', '{"size":[2,3],"counts":[99999999999999999999999]}', '{"size":[1 1,1],"counts":[11]}', '{"size":[2,3],"counts":[1,\n,5]}',
    ],
    "polygon": [
        "", "[]", "[[0,0],[1,1]]", "[0,0,1,1,2,2]", "[[0,0],[1,0],[1,1]", "[[0,0],[1,0],[1]]", "[[0,0],[1,0],[1,1,1]]", "[[0,0],[1,0],[NaN,1]]", "[[[0,0],[1,0],[1,1]]]",
        "[[0,0],[1,0],,[1,1]]", "[[0,0],[1,0],[1,1],]", "[[0,0],[1,0],[null,1]]", "[[0,0] [1,0],[1,1]]", "[[0,0],[1,0],[100000000,1]]",
    ],
}  # fmt: skip


def rows_to_judge() -> list[dict[str, Any]]:
    """A node for each label that admission takes or refuses, each a feature of its own."""
    return [
        {"node_id": f"{word} {kind} {place}", "feature_id": f"{word} {kind} {place}", "task": kind, "label": label, "created_at": "2024-01-01"}
        for word, labels in (("good", VALID), ("bad", INVALID))
        for kind, texts in labels.items()
        for place, label in enumerate(texts)
    ]  # fmt: skip
