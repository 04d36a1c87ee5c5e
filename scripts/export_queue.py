"""Write the review queue as Label Studio tasks, with the labels in question as predictions.

    python scripts/export_queue.py --dataset buildings -o tasks.json

Run it where you run dbt: it reads the warehouse of your profile, and what stands behind -- goes to dbt, such
as -- --target postgres. Import the file into a Label Studio project whose interface has a control `label` on
an object `item`, of the type that the dataset's kind asks for; the README lists them. Its JSON export, read
by `load_labels.py label-studio`, comes back as labels whose parents are the leaves they settle, or as second
opinions on what has too few, and the queue drains.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from dbt.cli.main import dbtRunner
from loaders import brush
from loaders.contract import Problem, need_folder


class Candidate(NamedTuple):
    """A row of the macro `queued_labels`: a queued feature and a label of it, NULL for a retraction."""

    feature_id: str
    task: str
    kind: str
    reason: str
    priority: int
    leaf_node_ids: str
    candidates: str
    has_label: bool
    is_edit_war: bool
    is_own_merge: bool
    node_id: str
    label: str | None
    annotator_id: str | None
    attributes: str | None


def result(kind: str, label: str, size: tuple[float, float] | None, where: str) -> list[dict[str, Any]]:
    """A label as results of the control `label`.

    Args:
        kind: Kind of the label.
        label: The label.
        size: Width and height of the image that boxes and polygons are on, in their unit. Where nobody
            says it they cannot be drawn, and nothing is shown.
        where: What to name when it cannot be shown.

    Returns:
        Label Studio's results.
    """
    region: dict[str, Any] = {"from_name": "label", "to_name": "item"}
    if kind in ("class", "tags"):
        choices = [label] if kind == "class" else json.loads(label)
        return [{**region, "type": "choices", "value": {"choices": choices}}] if choices else []
    if kind == "number":
        if Decimal(label) != Decimal(repr(float(label))):
            sys.exit(
                f"Label Lineage: {where} has more digits than Label Studio keeps; settle its feature in your "
                "own tool. Nothing was written."
            )
        return [{**region, "type": "number", "value": {"number": float(label)}}]
    if kind == "text":
        return [{**region, "type": "textarea", "value": {"text": [label]}}]
    if kind == "ranking":
        return [{**region, "type": "ranker", "value": {"ranker": {"label": json.loads(label)}}}]
    if kind == "mask":
        mask = json.loads(label)
        height, width = mask["size"]
        if not sum(mask["counts"][1::2]):
            return []
        region = {**region, "original_width": width, "original_height": height, "image_rotation": 0}
        return [
            {
                **region,
                "type": "brush",
                "value": {"format": "rle", "rle": brush.encode(height, width, mask["counts"])},
            }
        ]
    if size is None:
        return []
    width, height = size
    region = {**region, "original_width": width, "original_height": height, "image_rotation": 0}
    if kind == "polygon":
        points = [[100 * x / width, 100 * y / height] for x, y in json.loads(label)]
        return [{**region, "type": "polygon", "value": {"points": points, "closed": True}}]
    objects = [{"bbox": json.loads(label)}] if kind == "box" else json.loads(label)
    regions = []
    for found in objects if isinstance(objects, list) else [objects]:
        x, y, across, down = found["bbox"]
        value = {
            "x": 100 * x / width,
            "y": 100 * y / height,
            "width": 100 * across / width,
            "height": 100 * down / height,
            "rotation": 0,
        }
        classes = [str(found[key]) for key in ("class", "category_id") if key in found]
        name = {"rectanglelabels": classes} if classes else {}
        sort = "rectanglelabels" if name else "rectangle"
        score = {"score": found["score"]} if "score" in found else {}
        regions.append({**region, **score, "type": sort, "value": {**value, **name}})
    return regions


def shared(kind: str, labels: list[str]) -> tuple[list[str], dict[str, Any], dict[str, Any]]:
    """What the candidates of a feature have in common.

    Args:
        kind: Kind of the labels.
        labels: Labels of the candidates.

    Returns:
        The labels as they can be shown side by side, what a person needs to see, and what the reader
        needs to know: of rankings all items, of masks their size. A ranker shows only items that it is
        given, so those that a ranking does not name stand at its end. Masks of several sizes cannot lie
        on one image, so none is shown.
    """
    if kind == "ranking":
        rankings = [json.loads(label) for label in labels]
        items = sorted({item for ranking in rankings for item in ranking})
        whole = [ranking + [item for item in items if item not in ranking] for ranking in rankings]
        shown = [json.dumps(ranking, ensure_ascii=False) for ranking in whole]
        return shown, {"items": [{"id": item, "title": item} for item in items]}, {}
    if kind == "mask":
        sizes = {tuple(json.loads(label)["size"]) for label in labels}
        return labels if len(sizes) == 1 else [], {}, {"size": list(sizes.pop())} if len(sizes) == 1 else {}
    return labels, {}, {}


def image_size(attributes: Iterable[str | None]) -> tuple[float, float] | None:
    """Width and height of a feature's image.

    Args:
        attributes: Those of its labels, which anybody may have written in any form. An empty answer has
            none, and neither has a label whose annotator was redacted.

    Returns:
        The first that are numbers above 0, or None.
    """
    for text in attributes:
        try:
            found = json.loads(text or "{}")
        except ValueError:
            continue
        size = (found.get("width"), found.get("height")) if isinstance(found, dict) else ()
        # A truth value is a number to Python, but not how an image is measured.
        if size and all(type(length) in (int, float) and 0 < length < math.inf for length in size):
            return size
    return None


def read_queue(dataset: str, most: int, options: Sequence[str]) -> list[Candidate]:
    """What is queued, as dbt reads it from the warehouse of its profile.

    Args:
        dataset: Whose queue.
        most: How many features at most.
        options: Further options for dbt.

    Returns:
        The labels in question, by priority and id.

    Raises:
        SystemExit: The dataset is unknown, or the warehouse cannot be read.
    """
    query = f"{{{{ label_lineage.queued_labels({json.dumps(dataset)}, {most}) }}}}"
    outcome = dbtRunner().invoke(
        [
            "--quiet",
            "--log-level",
            "none",
            "show",
            "--inline",
            query,
            "--limit",
            "-1",
            "--output",
            "json",
            *options,
        ]
    )
    found = outcome.result.results[0] if outcome.result and outcome.result.results else None
    if not outcome.success or found is None or found.agate_table is None:
        message = str(outcome.exception or (found and found.message) or "dbt gave no reason")
        refusals = [line.strip() for line in message.splitlines() if "Label Lineage: " in line]
        reason = (
            refusals[0]
            if refusals
            else f"Label Lineage: the queue cannot be read: {' '.join(message.split())}."
        )
        sys.exit(f"{reason} Nothing was written.")
    rows = [Candidate(*row.values()) for row in found.agate_table.rows]
    return sorted(rows, key=lambda row: (row.priority, row.node_id))


def tasks(queue: Iterable[Candidate], dataset: str, data: dict[str, str]) -> Iterable[dict[str, Any]]:
    """Label Studio tasks, the most urgent first.

    Args:
        queue: The labels in question, by priority.
        dataset: Whose queue.
        data: Further keys of each task's data; {feature_id} in a value stands for the feature's id.

    Yields:
        The tasks. `data.label_lineage` says what an answer settles; Label Studio gives it back as it is.
    """
    for priority, rows in itertools.groupby(queue, key=lambda row: int(row.priority)):
        # What two labels have both replaced comes twice.
        found = list({row.node_id: row for row in rows}.values())
        feature = found[0]
        leaves = json.loads(feature.leaf_node_ids)
        size = image_size(row.attributes for row in found)
        # A retraction has nothing to show.
        shown = [row for row in found if row.label is not None and (row.is_edit_war or row.node_id in leaves)]
        # Who confirms a merge has to merge what it merged, or theirs is one label again.
        merged = [
            row.node_id
            for row in found
            if row.is_own_merge and len(leaves) == 1 and row.node_id not in leaves
        ]
        labels, seen, known = shared(feature.kind, [row.label for row in shown])
        predictions = [
            {
                "model_version": row.annotator_id or "unknown",
                "result": result(feature.kind, label, size, f"the label '{row.node_id}'"),
            }
            for row, label in zip(shown, labels, strict=False)
        ]
        yield {
            "data": {
                "feature_id": feature.feature_id,
                "reason": feature.reason,
                **{key: value.replace("{feature_id}", feature.feature_id) for key, value in data.items()},
                **seen,
                "label_lineage": {
                    **known,
                    "dataset": dataset,
                    "task": feature.task,
                    "kind": feature.kind,
                    "feature_id": feature.feature_id,
                    # One label that is not enough asks for a second opinion, which has no parents.
                    "leaf_node_ids": leaves + merged if feature.has_label or len(leaves) > 1 else [],
                    "candidates": json.loads(feature.candidates),
                    "priority": priority,
                },
            },
            "predictions": predictions,
        }


def main(command: Sequence[str] | None = None) -> None:
    """Run the command line; a problem is one sentence and exit code 1."""
    parser = argparse.ArgumentParser(
        prog="export_queue.py",
        usage="%(prog)s --dataset NAME -o FILE [--most N] [--data KEY=VALUE] [-- OPTIONS OF DBT]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--dataset", required=True)
    parser.add_argument(
        "--most", type=int, default=1000, help="how many features at most, the most urgent first"
    )
    parser.add_argument(
        "--data",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="what the annotator sees, such as image=https://host/{feature_id}.jpg",
    )
    parser.add_argument("-o", "--output", type=Path, required=True)
    given = list(sys.argv[1:] if command is None else command)
    end = given.index("--") if "--" in given else len(given)
    arguments, options = parser.parse_args(given[:end]), given[end + 1 :]
    data = dict(pair.split("=", 1) for pair in arguments.data if "=" in pair)
    if len(data) < len(arguments.data):
        sys.exit("Label Lineage: --data takes KEY=VALUE, each key once. Nothing was written.")
    try:
        need_folder(arguments.output)
    except Problem as problem:
        sys.exit(f"Label Lineage: {problem}. Nothing was written.")
    found = list(tasks(read_queue(arguments.dataset, arguments.most, options), arguments.dataset, data))
    try:
        arguments.output.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        sys.exit(
            f"Label Lineage: {arguments.output} cannot be written: {error.strerror}; name another with -o."
        )
    print(f"{arguments.output}: {len(found):,} tasks of {arguments.dataset}")
    unseen = sum(not any(one["result"] for one in task["predictions"]) for task in found)
    if unseen:
        print(
            f"  {unseen:,} without the labels in question: empty ones, masks of several sizes, or shapes on an image "
            "of which no label says in its attributes, as numbers, width and height"
        )


if __name__ == "__main__":
    main()
