"""What every reader writes: rows of the input contract, as one Parquet file."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

Item = TypeVar("Item")


class Problem(Exception):
    """What is wrong with an input, where, and what to do: one sentence without its full stop."""


@dataclass(frozen=True)
class Node:
    """One label node; its fields are the columns of the input contract.

    Attributes:
        label: Text of the label, JSON for the structured kinds.
        parent_ids: Nodes that it replaces.
        recorded_at: When it came to be as it is, UTC.
        attributes: Anything else, such as the size of the image.
        edited_by: Who made it another label than an earlier export has, if that is known; no column.
        copies_parents: Whether `parent_ids` name things of the same export, each as it was when this was made;
            no column.
    """

    node_id: str
    feature_id: str
    task: str
    label: str | None
    annotator_id: str | None
    created_at: datetime | None
    recorded_at: datetime
    parent_ids: list[str] = field(default_factory=list)
    source: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    edited_by: str | None = field(default=None, metadata={"is_column": False})
    copies_parents: bool = field(default=False, metadata={"is_column": False})


@dataclass
class Report:
    """What was read, and what was left out and why.

    Attributes:
        kinds: Label kind of each task.
        notes: How often each thing happened that a reader should tell.
        placed: The first label that has only its place in the file for an id, and what to do if ids must last.
        where: The file and item that is being read, to name where no check foresaw what is wrong.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)
    placed: str | None = None
    where: str = "the command"

    def kind(self, task: str, kind: str, where: str) -> None:
        """Note a task's kind, which must be one."""
        if self.kinds.setdefault(task, kind) != kind:
            raise Problem(
                f"{where} has a label of kind {kind}, but the task '{task}' has labels of kind "
                f"{self.kinds[task]}; a task has one kind, so read one control at a time with --control"
            )

    def only_placed(self, where: str, advice: str) -> None:
        """Note a label whose id is only its place in the file: `--after` would take the next one for it."""
        self.placed = self.placed or (
            f"{where} has no id, only a place in the file, which another may have in a later export, so --after "
            f"cannot tell what changed; {advice}"
        )


def number(value: Any, where: str) -> int | float:
    """A coordinate, to the millionth, whole where it can be."""
    try:
        rounded = round(float(value), 6)
    except (OverflowError, TypeError, ValueError):
        raise Problem(f"{where} has {str(value)[:40]!r} where a number belongs") from None
    if not abs(rounded) < 1e8:
        raise Problem(f"{where} has the coordinate {value}, which is not below 100 million")
    return int(rounded) if rounded == int(rounded) else rounded


def _is_number(found: Any) -> bool:
    return type(found) in (int, float) and abs(found) < 1e30


def _is_list_of(fits: Callable[[Any], bool], found: Any) -> bool:
    return isinstance(found, list) and all(fits(one) for one in found)


# What belongs at a key of a JSON object -> whether something is that.
BELONGS: dict[str, Callable[[Any], bool]] = {
    "a number": _is_number,
    "a non-empty text or a number": lambda found: (
        bool(found.strip()) if isinstance(found, str) else _is_number(found)
    ),
    "an object": lambda found: isinstance(found, dict),
    "a list of texts": lambda found: _is_list_of(lambda one: isinstance(one, str), found),
    "a list of objects": lambda found: _is_list_of(lambda one: isinstance(one, dict), found),
    "a list of points [x, y]": lambda found: _is_list_of(
        lambda point: _is_list_of(_is_number, point) and len(point) == 2, found
    ),
}


def given(item: dict[str, Any], key: str, what: str, where: str) -> Any:
    """What a JSON object has at a key.

    Args:
        item: The object.
        key: The key.
        what: What belongs there, one of `BELONGS`.
        where: What to name when something else stands there.

    Returns:
        The value as it is.

    Raises:
        Problem: Something else stands there, or nothing.
    """
    found = item.get(key)
    if not BELONGS[what](found):
        raise Problem(f"{where} has {shown(found)} for '{key}' where {what} belongs")
    return found


def shown(value: Any) -> str:
    """The beginning of a value that is not as it should be, on one line."""
    return "nothing" if value is None else repr(value)[:40]


def image_size(height: Any, width: Any, where: str) -> tuple[int, int] | None:
    """Height and width in pixels, if both are told."""
    if not height or not width:
        return None
    if not all(type(side) in (int, float) and 0 < side < 1e8 and side % 1 == 0 for side in (height, width)):
        raise Problem(
            f"{where} is {shown(height)} high and {shown(width)} wide, where whole numbers of pixels belong"
        )
    return int(height), int(width)


def need_folder(output: Path) -> None:
    """Ask before the work, not after it, whether its result has a place.

    Args:
        output: The file to be written.

    Raises:
        Problem: There is no such folder.
    """
    folder = output.absolute().parent
    if not folder.is_dir():
        raise Problem(f"{output} cannot be written, because there is no folder {folder}; make it first")


def refuse_second_image(image_name: str, seen: set[str], path: Path) -> None:
    """An image is a feature by its name, so that two of one name would be one feature.

    Args:
        image_name: Name of the next image.
        seen: Names of the images before it, to which it is added.
        path: Their file.

    Raises:
        Problem: It is among them.
    """
    if image_name in seen:
        raise Problem(
            f"{path.name} has two images named '{image_name}', which would be one feature; give one of them "
            "another name, or, if both are the same image, export them into two files, each with its own --name"
        )
    seen.add(image_name)


def compact(value: Any) -> str:
    """A value as JSON without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def box_label(box: list[int | float]) -> str:
    """A label of kind box: [x, y, width, height] in pixels."""
    return compact(box)


def boxes_label(objects: list[dict[str, Any]]) -> str:
    """A label of kind boxes: objects with class, bbox and, where known, score."""
    return compact(objects)


def polygon_label(points: list[list[int | float]], where: str) -> str:
    """A label of kind polygon: [[x, y], ...] in pixels."""
    if len(points) < 3:
        raise Problem(f"{where} is a polygon of {len(points)} points; it takes at least three")
    return compact(points)


def mask_label(height: int, width: int, counts: list[int]) -> str:
    """A label of kind mask: COCO's uncompressed run lengths, column by column, background first."""
    return compact({"size": [height, width], "counts": counts})


def empty_mask_label(height: int, width: int) -> str:
    """A label of kind mask that says that nothing is there: it votes as any other."""
    return mask_label(height, width, [height * width])


def bounds(points: list[list[int | float]]) -> list[int | float]:
    """The box around some points."""
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    sides = (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    return [number(side, "a box") for side in sides]


def instant(text: Any, where: str) -> datetime:
    """An ISO time stamp as UTC; one without an offset is taken as UTC."""
    try:
        read = datetime.fromisoformat(str(text))
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        raise Problem(
            f"{where} has {str(text)[:40]!r}, which does not read as a time stamp like 2024-03-05T10:30:00Z"
        ) from None


def progress(items: Iterable[Item], what: str) -> Iterator[Item]:
    """Pass items through; on a terminal, say every second how many there have been."""
    last = time.monotonic()
    for count, item in enumerate(items, start=1):
        yield item
        if sys.stderr.isatty() and time.monotonic() - last > 1:
            last = time.monotonic()
            print(f"\r{count:,} {what}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)


def write_parquet(nodes: Iterable[Node], path: Path) -> int:
    """Write nodes in the order of their ids, in one move, so that a broken run leaves no half file.

    Args:
        nodes: What was read; ids must differ.
        path: The file, replaced if there is one.

    Returns:
        Number of nodes.

    Raises:
        Problem: An id comes twice, or the file cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    ordered = sorted(nodes, key=lambda node: node.node_id)
    for one, other in zip(ordered, ordered[1:], strict=False):
        if one.node_id == other.node_id:
            raise Problem(
                f"the node id '{one.node_id}' comes twice; give each file its own --name, and each file once"
            )
    kinds = {
        "parent_ids": pa.list_(pa.string()),
        "created_at": pa.timestamp("us", "UTC"),
        "recorded_at": pa.timestamp("us", "UTC"),
    }
    columns = {}
    for column in (item.name for item in fields(Node) if item.metadata.get("is_column", True)):
        values = [getattr(node, column) for node in ordered]
        if column == "attributes":
            values = [compact(value) if value else None for value in values]
        columns[column] = pa.array(values, kinds.get(column, pa.string()))
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        pq.write_table(pa.table(columns), unfinished)
        os.replace(unfinished, path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise Problem(f"{path} cannot be written: {error.strerror or error}") from None
    return len(ordered)


def read_json(path: Path) -> Any:
    """A JSON file."""
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}") from None
    except (RecursionError, ValueError) as error:
        raise Problem(f"{path} is not JSON: {error}") from None
