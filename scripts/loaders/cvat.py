"""CVAT for images 1.1, the XML file.

Format: https://docs.cvat.ai/docs/dataset_management/formats/format-cvat/
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from loaders.coco import mask_of
from loaders.contract import (
    Node,
    Problem,
    Report,
    bounds,
    box_label,
    boxes_label,
    compact,
    empty_mask_label,
    instant,
    number,
    polygon_label,
    progress,
    refuse_second_image,
)

# What an element of an image is called -> the kinds of label it can make.
ELEMENTS = {
    "box": ["boxes", "box", "polygon"],
    "polygon": ["polygon"],
    "mask": ["mask"],
    "tag": ["tags", "class"],
}


def read(
    path: Path,
    report: Report,
    *,
    kind: str = "boxes",
    task: str = "default",
    annotator: str | None = None,
    recorded_at: datetime | None = None,
    feature: str = "image",
    name: str | None = None,
) -> Iterator[Node]:
    """Nodes of a file: one per image with all its boxes or tags, or one per object.

    Args:
        path: The XML file.
        report: Where to note what was read and left out.
        kind: boxes, box, polygon, mask, tags or class.
        task: The task that all labels belong to.
        annotator: Who made them; otherwise the assignee of the image's task, or of the job, if there is one.
        recorded_at: When; otherwise `meta/dumped` of the file.
        feature: `image`, or `object` where an image has several and each is a feature of its own.
        name: First part of the node ids; otherwise the file's name.

    Yields:
        The nodes.

    Raises:
        Problem: The file is not as the format says, or does not make labels of this kind.
    """
    name = name or path.stem
    report.kind(task, kind, path.name)
    for image in progress(_images(path), "images"):
        meta, attributes, elements = image
        at = recorded_at or meta.get("dumped")
        if at is None:
            raise Problem(f"{path} does not say when its labels were made; give --recorded-at")
        where = report.where = f"{path.name}, image {attributes['id']}"
        width, height = (_whole(attributes.get(side), where) for side in ("width", "height"))
        common = {
            "task": task,
            "annotator_id": annotator or _assignee(meta, attributes.get("task_id")),
            "created_at": at,
            "recorded_at": at,
            "source": name,
            "attributes": {"width": width, "height": height},
        }
        node_id, feature_id = f"{name}/{attributes['id']}", attributes["name"]
        taken = [found for found in elements if kind in ELEMENTS.get(found[0], [])]
        left_out = len(elements) - len(taken)
        if left_out:
            report.notes[f"elements that make no labels of kind {kind} left out"] += left_out
        # An image with other shapes was not found empty. A tag says nothing of where something is, and a shape
        # nothing of tags.
        is_empty = not taken and (kind == "tags" or all(tag == "tag" for tag, _ in elements))
        if kind in ("boxes", "tags") and (taken or is_empty):
            label = (
                boxes_label(
                    [
                        {"class": _class(found, where), "bbox": _upright(found, where, report)}
                        for found in taken
                    ]
                )
                if kind == "boxes"
                else compact(sorted({_class(found, where) for found in taken}))
            )
            yield Node(node_id=node_id, feature_id=feature_id, label=label, **common)
            continue
        if not taken and (feature == "image" or kind == "boxes"):
            if kind == "mask" and is_empty:
                label = empty_mask_label(height, width)
                yield Node(node_id=node_id, feature_id=feature_id, label=label, **common)
            else:
                report.notes[f"images without a label of kind {kind} left out"] += 1
        if feature == "image" and len(taken) > 1:
            advice = {"class": "--kind tags", "box": "--kind boxes or --feature object"}.get(
                kind, "--feature object"
            )
            raise Problem(
                f"{where} has {len(taken)} elements of kind {kind}, and a label is one; take {advice}"
            )
        for place, found in enumerate(taken, start=1):
            # The label of an image keeps its id when it is drawn anew, or emptied.
            key = ""
            if feature == "object":
                key = f"/{place}"
                advice = "take --kind boxes or tags, or --feature image where an image has one of them"
                report.only_placed(f"{where}, {found[0]} {place}", advice)
            label = _label(found, kind, (height, width), where, report)
            yield Node(node_id=node_id + key, feature_id=feature_id + key, label=label, **common)


def _images(path: Path) -> Iterator[tuple[dict[str, Any], dict[str, str], list[tuple[str, dict[str, str]]]]]:
    """The images one by one, each with what the file says of itself. Files that could do harm are refused."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    meta: dict[str, Any] = {}
    ids: set[str] = set()
    names: set[str] = set()
    root = None
    try:
        for event, element in ElementTree.iterparse(path, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                root = element if root is None else root
                if root.tag != "annotations":
                    raise Problem(
                        f"{path} is not a CVAT file: it starts with <{root.tag}>, not <annotations>"
                    )
            elif element.tag == "meta":
                meta = _meta(element, path)
            elif element.tag == "track":
                raise Problem(f"{path} holds tracks of a video; export it as CVAT for images")
            elif element.tag == "image":
                if not element.get("name") or not element.get("id"):
                    raise Problem(f"{path} has an image without an id or a name")
                if element.attrib["id"] in ids:
                    raise Problem(
                        f"{path.name} has two images of the id {element.attrib['id']}, as a project of several "
                        "subsets has; export its tasks one by one and load each with its own --name"
                    )
                ids.add(element.attrib["id"])
                refuse_second_image(element.attrib["name"], names, path)
                yield meta, dict(element.attrib), [(found.tag, dict(found.attrib)) for found in element]
                root.clear()
    except DefusedXmlException:
        raise Problem(
            f"{path} declares a document type or entities, which no CVAT file does; it is not read"
        ) from None
    except ParseError as error:
        raise Problem(f"{path} is not XML: {error}") from None
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}") from None


def _meta(element: Any, path: Path) -> dict[str, Any]:
    """What a file says of itself: when it was dumped, and the assignee of each task, or of the job that it is."""
    dumped = element.findtext("dumped")
    return {
        "dumped": instant(dumped, str(path)) if dumped else None,
        # A project's own assignee leads it, and need not have labelled anything.
        "assignees": {
            found.findtext("id"): found.findtext("assignee/username") or None
            for kin in ("project/tasks/task", "task", "job")
            for found in element.iterfind(kin)
        },
    }


def _assignee(meta: dict[str, Any], task_id: str | None) -> str | None:
    """Who labelled an image: its task's assignee, or where its task is not told, the one of all, if it is one."""
    assignees = meta.get("assignees", {})
    if task_id in assignees:
        return assignees[task_id]
    everyone = set(assignees.values())
    return everyone.pop() if len(everyone) == 1 else None


def _whole(text: str | None, where: str) -> int:
    if text is None or not text.isdecimal() or not 0 < int(text) < 1_000_000:
        raise Problem(f"{where} has {text!r} where a number of pixels belongs")
    return int(text)


def _class(found: tuple[str, dict[str, str]], where: str) -> str:
    tag, element = found
    if not element.get("label"):
        raise Problem(f"{where} has a {tag} without a label")
    return element["label"]


def _upright(found: tuple[str, dict[str, str]], where: str, report: Report) -> list[int | float]:
    corners = _corners(found[1], where)
    if float(found[1].get("rotation", 0)):
        report.notes[
            "rotated boxes became the upright boxes around them; --kind polygon keeps their corners"
        ] += 1
    return bounds(corners)


def _corners(box: dict[str, str], where: str) -> list[list[int | float]]:
    """Corners in pixels: turned clockwise around the centre by `rotation` degrees."""
    try:
        left, top, right, bottom = (float(box[side]) for side in ("xtl", "ytl", "xbr", "ybr"))
        angle = math.radians(float(box.get("rotation", 0)))
        if not math.isfinite(angle):
            raise ValueError
    except (KeyError, ValueError):
        raise Problem(
            f"{where} has a box whose xtl, ytl, xbr, ybr and rotation are not all numbers"
        ) from None
    middle, centre = (left + right) / 2, (top + bottom) / 2
    corners = []
    for x, y in [(left, top), (right, top), (right, bottom), (left, bottom)]:
        across, down = x - middle, y - centre
        corners.append(
            [
                number(middle + across * math.cos(angle) - down * math.sin(angle), where),
                number(centre + across * math.sin(angle) + down * math.cos(angle), where),
            ]
        )
    return corners


def _label(
    found: tuple[str, dict[str, str]], kind: str, size: tuple[int, int], where: str, report: Report
) -> str:
    tag, element = found
    if kind == "class":
        return _class(found, where)
    if kind == "box":
        return box_label(_upright(found, where, report))
    if kind == "polygon":
        if tag == "box":
            return polygon_label(_corners(element, where), where)
        points = [point.split(",") for point in element.get("points", "").split(";") if point]
        if any(len(point) != 2 for point in points):
            raise Problem(f"{where} has a polygon with a point that is not x,y")
        return polygon_label([[number(side, where) for side in point] for point in points], where)
    return _mask(element, size, where)


def _mask(element: dict[str, str], size: tuple[int, int], where: str) -> str:
    """CVAT's run lengths go row by row through a rectangle of the image, background first."""
    import numpy as np

    left, top, width, height = (
        _part(element.get(side), where) for side in ("left", "top", "width", "height")
    )
    counts = [_part(count.strip(), where) for count in element.get("rle", "").split(",")]
    if sum(counts) != width * height:
        raise Problem(f"{where} has a mask whose run lengths do not add up to its {height} x {width} pixels")
    if left + width > size[1] or top + height > size[0]:
        raise Problem(f"{where} has a mask that reaches beyond the image")
    pixels = np.zeros(size, dtype=np.uint8)
    runs = np.repeat(np.arange(len(counts)) % 2, counts)
    pixels[top : top + height, left : left + width] = runs.reshape(height, width)
    return mask_of(pixels)


def _part(text: str | None, where: str) -> int:
    if text is None or not text.isdecimal():
        raise Problem(f"{where} has a mask with {text!r} where a whole number belongs")
    return int(text)
