"""Labels of a file that was exported before: what changed since becomes a child of what it replaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from loaders.contract import Node, Problem, Report

# What a changed label's id ends in: when it was recorded, in microseconds.
STAMP = "%Y%m%dT%H%M%S%fZ"
STAMPED = re.compile(r"(?s)(.+)@\d{8}T\d{12}Z")


@dataclass(frozen=True)
class Known:
    """The newest label of a thing that earlier files know.

    Attributes:
        node_id: Its id.
        content: Feature, task, label and annotator: what makes a label another one. When it was exported does not.
        recorded_at: When, UTC.
    """

    node_id: str
    content: tuple[str | None, ...]
    recorded_at: datetime


def follow(nodes: Iterable[Node], earlier: Iterable[Path], report: Report) -> Iterator[Node]:
    """Leave out what did not change since the earlier files, and link what did to what it replaces.

    Args:
        nodes: What was read from the newer file, with the ids that the earlier one would give.
        earlier: Files that this program wrote, in any order.
        report: Where to note what was left out.

    Yields:
        New nodes as they are, changed ones with an id of their own and their predecessor as parent.

    Raises:
        Problem: A label has no id of its own, or one comes twice; or a file is not one of this program's, knows
            none of the labels, or is newer than they are.
    """
    if report.placed:
        raise Problem(report.placed)
    known = read_known(earlier)
    ids = set()
    for node in nodes:
        # Of two exports at once both would be children of the label before, though the later replaces the earlier.
        if node.node_id in ids:
            raise Problem(
                f"the node id '{node.node_id}' comes twice in the inputs; load exports of one project one after "
                "the other, each --after all that was written before it"
            )
        ids.add(node.node_id)
        before = known.get(node.node_id)
        if before is None:
            yield node
            continue
        if before.content == (node.feature_id, node.task, node.label, node.annotator_id):
            report.notes["labels left out that did not change since"] += 1
            continue
        if node.recorded_at <= before.recorded_at:
            raise Problem(
                f"the label '{node.node_id}' was recorded at {node.recorded_at:%Y-%m-%d %H:%M:%S} and changes one of "
                f"{before.recorded_at:%Y-%m-%d %H:%M:%S}, which is not older; give --after older files only, or --recorded-at"
            )
        report.notes["labels changed, each with what it replaces as its parent"] += 1
        yield replace(node, node_id=f"{node.node_id}@{node.recorded_at:{STAMP}}", parent_ids=[before.node_id])
    seen = ids & known.keys()
    if not seen:
        raise Problem(
            "none of the labels is known to the files of --after; give the --name that made their node ids"
        )
    if len(seen) < len(known):
        report.notes["labels that the file no longer has, left as they are"] += len(known) - len(seen)


def read_known(paths: Iterable[Path]) -> dict[str, Known]:
    """The newest label of each id, without what a change has added to it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = ["node_id", "feature_id", "task", "label", "annotator_id", "recorded_at"]
    known: dict[str, Known] = {}
    for path in paths:
        try:
            rows = pq.read_table(path, columns=columns).to_pylist()
        except (OSError, ValueError, pa.ArrowException) as error:
            raise Problem(
                f"{path} is no file that this program wrote: {' '.join(str(error).split())}"
            ) from None
        for row in rows:
            stamped = STAMPED.fullmatch(row["node_id"])
            thing = stamped[1] if stamped else row["node_id"]
            recorded_at = row["recorded_at"].astimezone(UTC)
            if thing not in known or known[thing].recorded_at < recorded_at:
                content = tuple(row[column] for column in columns[1:-1])
                known[thing] = Known(row["node_id"], content, recorded_at)
    return known
