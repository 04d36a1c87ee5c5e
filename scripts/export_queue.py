"""Write the review queue as Label Studio tasks, with the labels in question as predictions.

    python scripts/export_queue.py label_lineage.duckdb --dataset buildings -o tasks.json

Import the file into a Label Studio project whose interface has a control `label` on an object `item`, of
the type that the dataset's kind asks for; the README lists them. Its JSON export, read by `load_labels.py label-studio`, comes back as labels whose parents are the leaves
they settle, or as second opinions on what has too few, and the queue drains. It reads DuckDB and needs nothing but Label Lineage itself.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from loaders import brush

QUEUE = """
    select
        queue.feature_id,
        versions.task,
        versions.kind,
        queue.reason,
        queue.priority,
        queue.leaf_node_ids,
        queue.is_edit_war,
        queue.candidates,
        queue.has_label
    from review_queue as queue
    inner join int_versions_due as versions on queue.dataset = versions.dataset and versions.is_latest
    where queue.dataset = ?
    order by queue.priority
    limit ?
"""
# The leaves; of an edit war also what the last word replaced.
CANDIDATES = """
    select distinct shown.node_id, shown.label, shown.annotator_id, shown.attributes
    from label_nodes as leaves
    inner join label_nodes as shown
        on leaves.node_id = shown.node_id
        or (? and list_contains(leaves.parent_ids, shown.node_id))
    where list_contains(?, leaves.node_id) and shown.label is not null
    order by shown.node_id
"""


def result(kind: str, label: str, attributes: dict[str, Any], where: str) -> list[dict[str, Any]]:
    """A label as results of the control `label`.

    Args:
        kind: Kind of the label.
        label: The label.
        attributes: Its attributes, among them the size of the image that shapes are on.
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
    width, height = attributes.get("width"), attributes.get("height")
    if not width or not height:
        sys.exit(
            f"Label Lineage: {where} does not say how large its image is; give width and height in the "
            "attributes of the labels. Nothing was written."
        )
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


def tasks(
    connection: duckdb.DuckDBPyConnection, dataset: str, most: int, data: dict[str, str]
) -> Iterable[dict[str, Any]]:
    """Label Studio tasks, the most urgent first.

    Args:
        connection: The warehouse.
        dataset: Whose queue.
        most: How many tasks at most.
        data: Further keys of each task's data; {feature_id} in a value stands for the feature's id.

    Yields:
        The tasks. `data.label_lineage` says what an answer settles; Label Studio gives it back as it is.
    """
    queue = connection.execute(QUEUE, [dataset, most]).fetchall()
    for feature_id, task, kind, reason, priority, leaves, is_edit_war, candidates, has_label in queue:
        shown = connection.execute(CANDIDATES, [is_edit_war, leaves]).fetchall()
        labels, seen, known = shared(kind, [label for _, label, _, _ in shown])
        predictions = [
            {
                "model_version": annotator_id or "unknown",
                "result": result(kind, label, json.loads(attributes or "{}"), f"the label '{node_id}'"),
            }
            for (node_id, _, annotator_id, attributes), label in zip(shown, labels, strict=False)
        ]
        yield {
            "data": {
                "feature_id": feature_id,
                "reason": reason,
                **{key: value.replace("{feature_id}", feature_id) for key, value in data.items()},
                **seen,
                "label_lineage": {
                    **known,
                    "dataset": dataset,
                    "task": task,
                    "kind": kind,
                    "feature_id": feature_id,
                    # One label that is not enough asks for a second opinion, which has no parents.
                    "leaf_node_ids": leaves if has_label or len(leaves) > 1 else [],
                    "candidates": json.loads(candidates),
                    "priority": priority,
                },
            },
            "predictions": predictions,
        }


def main(command: Sequence[str] | None = None) -> None:
    """Run the command line; a problem is one sentence and exit code 1."""
    parser = argparse.ArgumentParser(
        prog="export_queue.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("database", type=Path)
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
    arguments = parser.parse_args(command)
    data = dict(pair.split("=", 1) for pair in arguments.data if "=" in pair)
    if len(data) < len(arguments.data):
        sys.exit("Label Lineage: --data takes KEY=VALUE, each key once. Nothing was written.")
    try:
        with duckdb.connect(str(arguments.database), read_only=True) as connection:
            known = [
                row[0] for row in connection.execute("select dataset from int_datasets order by 1").fetchall()
            ]
            if arguments.dataset not in known:
                sys.exit(
                    f"Label Lineage: there is no dataset '{arguments.dataset}'; there is {', '.join(known)}. "
                    "Nothing was written."
                )
            found = list(tasks(connection, arguments.dataset, arguments.most, data))
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        sys.exit(f"Label Lineage: {arguments.database} cannot be read: {reason}. Nothing was written.")
    arguments.output.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    print(f"{arguments.output}: {len(found):,} tasks of {arguments.dataset}")


if __name__ == "__main__":
    main()
