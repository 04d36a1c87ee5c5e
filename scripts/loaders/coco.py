"""COCO: instances files and lists of results, with boxes, polygons and run lengths.

Format: https://cocodataset.org/#format-data and https://cocodataset.org/#format-results
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from loaders.contract import (
    Node,
    Problem,
    Report,
    box_label,
    boxes_label,
    instant,
    mask_label,
    number,
    polygon_label,
    progress,
    read_json,
)


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
    """Nodes of a file: one per image with all its boxes, or one per object.

    Args:
        path: An instances file, or a list of results.
        report: Where to note what was read and left out.
        kind: boxes, box, polygon or mask.
        task: The task that all labels belong to.
        annotator: Who made them; COCO does not say.
        recorded_at: When; otherwise `info.date_created` of the file.
        feature: `image`, or `object` where an image has several and each is a feature of its own.
        name: First part of the node ids; otherwise the file's name.

    Yields:
        The nodes.
    """
    content = read_json(path)
    is_results = isinstance(content, list)
    if not is_results and not (isinstance(content, dict) and isinstance(content.get("annotations"), list)):
        raise Problem(f"{path} is neither a COCO instances file nor a list of COCO results")
    annotations = content if is_results else content["annotations"]
    images = {} if is_results else {image["id"]: image for image in content.get("images", [])}
    classes = {} if is_results else {found["id"]: found["name"] for found in content.get("categories", [])}
    if recorded_at is None:
        told = None if is_results else (content.get("info") or {}).get("date_created")
        if not told:
            raise Problem(f"{path} does not say when its labels were made; give --recorded-at")
        recorded_at = instant(str(told).replace("/", "-"), str(path))
    by_image: dict[Any, list[tuple[int, dict[str, Any]]]] = {}
    for place, found in enumerate(annotations, start=1):
        if "image_id" not in found:
            raise Problem(f"{path.name}, annotation {place} has no image_id")
        by_image.setdefault(found["image_id"], []).append((place, found))
    if kind == "boxes":
        # An image that was looked at and found empty is a label too.
        by_image = {**{image: [] for image in images}, **by_image}
    report.kind(task, kind, path.name)
    name = name or path.stem
    for image_id, objects in progress(by_image.items(), "images"):
        image = images.get(image_id, {})
        image_name = str(image.get("file_name", image_id))
        size = {key: image[key] for key in ("width", "height") if key in image}
        common = {
            "task": task,
            "annotator_id": annotator,
            "created_at": recorded_at,
            "recorded_at": recorded_at,
            "source": name,
            "attributes": size,
        }
        if kind == "boxes":
            label = boxes_label([_object(found, classes, _where(path, place)) for place, found in objects])
            yield Node(node_id=f"{name}/{image_id}", feature_id=image_name, label=label, **common)
            continue
        if feature == "image" and len(objects) > 1:
            raise Problem(
                f"{path.name} has {len(objects)} objects on the image '{image_name}', and a label of kind "
                f"{kind} is one; take --kind boxes, or --feature object to make each a feature of its own"
            )
        for place, found in objects:
            key = found.get("id", place)
            yield Node(
                node_id=f"{name}/{image_id}/{key}",
                feature_id=image_name if feature == "image" else f"{image_name}/{key}",
                label=_label(found, kind, image, _where(path, place)),
                **common,
            )


def _where(path: Path, place: int) -> str:
    return f"{path.name}, annotation {place}"


def _object(found: dict[str, Any], classes: dict[int, str], where: str) -> dict[str, Any]:
    label = {
        "class": str(classes.get(found.get("category_id"), found.get("category_id"))),
        "bbox": _box(found, where),
    }
    if "score" in found:
        label["score"] = number(found["score"], where)
    return label


def _box(found: dict[str, Any], where: str) -> list[int | float]:
    if "bbox" in found:
        if len(found["bbox"]) != 4:
            raise Problem(f"{where} has a bbox of {len(found['bbox'])} numbers; it takes x, y, width, height")
        return [number(side, where) for side in found["bbox"]]
    segmentation = found.get("segmentation")
    if isinstance(segmentation, list):
        points = [value for part in segmentation for value in part]
        xs, ys = points[::2], points[1::2]
        return [number(side, where) for side in (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))]
    if isinstance(segmentation, dict):
        from pycocotools import mask as coco_mask

        return [number(side, where) for side in coco_mask.toBbox(_run_lengths(segmentation, where))]
    raise Problem(f"{where} has neither a bbox nor a segmentation")


def _label(found: dict[str, Any], kind: str, image: dict[str, Any], where: str) -> str:
    segmentation = found.get("segmentation")
    if kind == "box":
        return box_label(_box(found, where))
    if kind == "polygon":
        if not isinstance(segmentation, list) or len(segmentation) != 1:
            parts = f"{len(segmentation)} parts" if isinstance(segmentation, list) else "no polygon"
            raise Problem(f"{where} has {parts}, and a label of kind polygon is one part; take --kind mask")
        ring = [number(value, where) for value in segmentation[0]]
        return polygon_label([list(point) for point in zip(ring[::2], ring[1::2], strict=True)], where)
    if isinstance(segmentation, dict) and isinstance(segmentation.get("counts"), list):
        height, width = segmentation["size"]
        if sum(segmentation["counts"]) != height * width:
            raise Problem(f"{where} has run lengths that do not add up to its {height} x {width} pixels")
        return mask_label(height, width, segmentation["counts"])
    from pycocotools import mask as coco_mask

    if isinstance(segmentation, dict):
        return mask_of(coco_mask.decode(_run_lengths(segmentation, where)))
    if isinstance(segmentation, list):
        if "width" not in image or "height" not in image:
            raise Problem(f"{where} is a polygon on an image of unknown size, so it makes no mask")
        parts = coco_mask.frPyObjects(segmentation, image["height"], image["width"])
        return mask_of(coco_mask.decode(coco_mask.merge(parts)))
    raise Problem(f"{where} has no segmentation, so it makes no label of kind mask")


def _run_lengths(segmentation: dict[str, Any], where: str) -> dict[str, Any]:
    """Compressed run lengths as pycocotools takes them, checked first: it reads past a broken end."""
    from pycocotools import mask as coco_mask

    try:
        height, width = (int(side) for side in segmentation["size"])
        counts = segmentation["counts"]
        if isinstance(counts, list):
            return coco_mask.frPyObjects({"size": [height, width], "counts": counts}, height, width)
        encoded = counts.encode("ascii")
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Problem(f"{where} has run lengths without a size or counts") from None
    if sum(_decoded_counts(encoded, where)) != height * width:
        raise Problem(f"{where} has run lengths that do not add up to its {height} x {width} pixels")
    return {"size": [height, width], "counts": encoded}


def _decoded_counts(encoded: bytes, where: str) -> list[int]:
    """Compressed lengths: five bits a character, and all but the first three told as changes."""
    counts: list[int] = []
    value, shift = 0, 0
    for character in encoded:
        bits = character - 48
        if not 0 <= bits < 64:
            raise Problem(f"{where} has run lengths with characters that no compressed run lengths have")
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits & 0x20:
            continue
        if bits & 0x10:
            value |= -1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
        if counts[-1] < 0:
            raise Problem(f"{where} has a negative run length")
        value, shift = 0, 0
    return counts


def mask_of(pixels: Any) -> str:
    """A dense mask as a label: runs of equal pixels, column by column, background first."""
    import numpy as np

    flat = np.asarray(pixels, dtype=np.uint8).flatten(order="F")
    edges = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff(np.concatenate([[0], edges, [flat.size]])).tolist()
    return mask_label(*pixels.shape, counts if flat[0] == 0 else [0, *counts])
