"""Labels of a file that was exported before: what changed since becomes a child of what it replaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from loaders.contract import Node, Problem, Report

# What a changed label's id ends in: when it was recorded, in microseconds.
STAMP = "%Y%m%dT%H%M%S%fZ"
STAMPED = re.compile(r"(?s)(.+)@\d{8}T\d{12}Z")


@dataclass(frozen=True)
class Known:
    """A label of a thing that earlier files know.

    Attributes:
        node_id: Its id.
        feature_id: What is labelled; a thing keeps it.
        task: The question asked; a thing keeps it.
        label: Text of the label, which alone makes it another one.
        annotator_id: Who made it, as far as it was known then.
        recorded_at: When, UTC.
    """

    node_id: str
    feature_id: str
    task: str
    label: str | None
    annotator_id: str | None
    recorded_at: datetime


def follow(
    nodes: Iterable[Node], versions: dict[str, list[Known]], report: Report, *, can_be_dated: bool
) -> Iterator[Node]:
    """Leave out what did not change since the earlier files, and link what did to what it replaces.

    Args:
        nodes: What was read from the newer file, with the ids that the earlier one would give.
        versions: What the earlier files know, from `read_versions`; what changed is added to it.
        report: Where to note what was left out.
        can_be_dated: Whether the command takes --recorded-at.

    Yields:
        New nodes, whose parents are the labels that stood when they were copied; changed ones with an id of their own,
        their predecessor as parent, and who edited them as annotator.

    Raises:
        Problem: A label has no id of its own, one that comes twice, or one that was another feature's or task's; or
            the earlier files know none of the labels, or are newer than they are.
    """
    if report.placed:
        raise Problem(report.placed)
    n_known = len(versions)
    ids: set[str] = set()
    found = []
    for node in nodes:
        # Of two exports at once both would be children of the label before, though the later replaces the earlier.
        if node.node_id in ids:
            raise Problem(
                f"the node id '{node.node_id}' comes twice in the inputs; load exports of one project one after "
                "the other, each --after all that was written before it"
            )
        ids.add(node.node_id)
        before = versions[node.node_id][-1] if node.node_id in versions else None
        if before is None:
            found.append(node)
            continue
        for what, now, then in [
            ("feature", node.feature_id, before.feature_id),
            ("task", node.task, before.task),
        ]:
            if now != then:
                raise Problem(
                    f"the label '{node.node_id}' is of the {what} '{now}', and of '{then}' in the files of --after, "
                    "which cannot follow ids that are places in a file; export each task of the tool by itself, give "
                    "images and annotations ids that stay, or take the options of the earlier command"
                )
        if node.label == before.label:
            # Another assignee, or a name for a user's id, made no new label.
            who = (
                ""
                if before.annotator_id in (node.annotator_id, node.edited_by)
                else ", though their annotator did"
            )
            report.notes[f"labels left out that did not change since{who}"] += 1
            continue
        if node.recorded_at <= before.recorded_at:
            raise Problem(
                f"the label '{node.node_id}' was recorded at {node.recorded_at:%Y-%m-%d %H:%M:%S} and changes one of "
                f"{before.recorded_at:%Y-%m-%d %H:%M:%S}, which is not older; give --after older files only"
                + (", or --recorded-at" if can_be_dated else "")
            )
        report.notes["labels changed, each with what it replaces as its parent"] += 1
        node_id = f"{node.node_id}@{node.recorded_at:{STAMP}}"
        changed = replace(
            node,
            node_id=node_id,
            annotator_id=node.edited_by or node.annotator_id,
            parent_ids=[before.node_id],
            copies_parents=False,
        )
        versions[node.node_id].append(Known(*(getattr(changed, column.name) for column in fields(Known))))
        found.append(changed)
    seen = ids & versions.keys()
    has_known_parent = any(parent in versions for node in found for parent in node.parent_ids)
    if ids and n_known and not seen and not has_known_parent:
        raise Problem(
            "none of the labels is known to the files of --after; give the --name that made their node ids, or leave "
            "--after out where all labels are new"
        )
    if len(seen) < n_known:
        report.notes["labels that the file no longer has, left as they are"] += n_known - len(seen)
    for node in found:
        if node.copies_parents:
            copied_at = node.created_at or node.recorded_at
            node = replace(
                node, parent_ids=[version_at(versions, thing, copied_at) for thing in node.parent_ids]
            )
        yield node


def version_at(versions: dict[str, list[Known]], thing: str, instant: datetime) -> str:
    """The id of the label that a thing had at an instant; its own, which its first label has, where it had none."""
    ids = [label.node_id for label in versions.get(thing, []) if label.recorded_at <= instant]
    return ids[-1] if ids else thing


def read_versions(paths: Iterable[Path]) -> dict[str, list[Known]]:
    """What earlier files know.

    Args:
        paths: Files that this program wrote, in any order.

    Returns:
        The labels of each thing, oldest first, by its id without what a change has added to it.

    Raises:
        Problem: A file is not one of this program's.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [column.name for column in fields(Known)]
    versions: dict[str, list[Known]] = {}
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
            row["recorded_at"] = row["recorded_at"].astimezone(UTC)
            versions.setdefault(thing, []).append(Known(**row))
    for labels in versions.values():
        labels.sort(key=lambda label: label.recorded_at)
    return versions
