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
    empty_mask_label,
    given,
    image_size,
    instant,
    mask_label,
    number,
    polygon_label,
    progress,
    read_json,
    refuse_second_image,
    shown,
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
    instances: Path | None = None,
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
        instances: Of results, the instances file that names their images and categories; ids otherwise.

    Yields:
        The nodes.

    Raises:
        Problem: The file is not as the format says, or does not make labels of this kind.
    """
    content = read_json(path)
    is_results = isinstance(content, list)
    if not is_results and not (isinstance(content, dict) and isinstance(content.get("annotations"), list)):
        raise Problem(f"{path} is neither a COCO instances file nor a list of COCO results")
    annotations = content if is_results else content["annotations"]
    if instances and not is_results:
        raise Problem(f"{path} is an instances file, which names its own images; leave --instances out")
    named_in, names_of = (
        (instances, read_json(instances)) if instances else (path, {} if is_results else content)
    )
    if not isinstance(names_of, dict):
        raise Problem(
            f"{named_in} is no COCO instances file; --instances takes the one that the results are of"
        )
    images = _by_id(names_of, "images", named_in)
    categories = _by_id(names_of, "categories", named_in, "name")
    classes = {number: category["name"] for number, category in categories.items()}
    if recorded_at is None:
        info = None if is_results else content.get("info")
        told = info.get("date_created") if isinstance(info, dict) else None
        if not told:
            raise Problem(f"{path} does not say when its labels were made; give --recorded-at")
        recorded_at = instant(str(told).replace("/", "-"), str(path))
    by_image: dict[Any, list[tuple[int, dict[str, Any]]]] = {}
    crowded = set()
    for place, found in enumerate(annotations, start=1):
        if not isinstance(found, dict):
            raise Problem(f"{_where(path, place)} is {shown(found)}, where an object belongs")
        if not isinstance(found.get("image_id"), (int, float, str)):
            raise Problem(f"{_where(path, place)} has no image_id that is a number or a text")
        if images and found["image_id"] not in images:
            raise Problem(
                f"{_where(path, place)} is on the image {shown(found['image_id'])}, which is not among the images "
                f"of {named_in.name if instances else 'the file'}; add it to them or leave the annotation out"
            )
        if found.get("iscrowd") in (1, "1"):
            if kind != "mask":
                # It covers any number of objects and is none.
                report.notes["crowd regions (iscrowd: 1) left out"] += 1
                crowded.add(found["image_id"])
                continue
            # Some programs mark every mask that was brushed so, and a mask may be of several things.
            report.notes["crowd regions (iscrowd: 1) taken as masks"] += 1
        by_image.setdefault(found["image_id"], []).append((place, found))
    per_image = kind == "boxes" or feature == "image"
    if per_image:
        # An image that was looked at and found empty is a label too: no boxes, or an empty mask.
        # Results say nothing of images that they do not name.
        by_image = {**{image: [] for image in [*([] if is_results else images), *crowded]}, **by_image}
    report.kind(task, kind, path.name)
    name = name or path.stem
    names: set[str] = set()
    for image_id, objects in progress(by_image.items(), "images"):
        image = images.get(image_id, {})
        image_name = str(image.get("file_name") or image_id)
        report.where = f"{path.name}, image '{image_name}'"
        if per_image:
            refuse_second_image(image_name, names, path)
        size = image_size(image.get("height"), image.get("width"), report.where)
        common = {
            "task": task,
            "annotator_id": annotator,
            "created_at": recorded_at,
            "recorded_at": recorded_at,
            "source": name,
            "attributes": {"width": size[1], "height": size[0]} if size else {},
        }
        is_empty = not objects and image_id not in crowded
        if kind == "boxes" and (objects or is_empty):
            label = boxes_label(
                [_object(found, classes, size, _where(path, place)) for place, found in objects]
            )
            yield Node(node_id=f"{name}/{image_id}", feature_id=image_name, label=label, **common)
            continue
        if kind == "mask" and is_empty and size:
            yield Node(
                node_id=f"{name}/{image_id}", feature_id=image_name, label=empty_mask_label(*size), **common
            )
        elif not objects:
            report.notes[f"images without a label of kind {kind} left out"] += 1
        if feature == "image" and len(objects) > 1:
            raise Problem(
                f"{path.name} has {len(objects)} objects on the image '{image_name}', and a label of kind "
                f"{kind} is one; take --kind boxes, or --feature object to make each a feature of its own"
            )
        for place, found in objects:
            report.where = _where(path, place)
            # The label of an image keeps its id when it is drawn anew, or emptied.
            key = ""
            if feature == "object":
                key = f"/{place if found.get('id') is None else found['id']}"
                if found.get("id") is None:
                    advice = "give each annotation an id, or take --feature image where an image has one"
                    report.only_placed(report.where, advice)
            label = _label(found, kind, size, report.where)
            yield Node(node_id=f"{name}/{image_id}{key}", feature_id=image_name + key, label=label, **common)


def _by_id(content: dict[str, Any], key: str, path: Path, *needed: str) -> dict[Any, dict[str, Any]]:
    """The images or categories of a file by id, each with what else it needs.

    Args:
        content: The file's content.
        key: `images` or `categories`.
        path: The file.
        needed: What each must have beside its id, and what two of one id must agree in; in everything if none is.

    Returns:
        Each by its id; none if the file has no such list.

    Raises:
        Problem: The list or one of its objects is not as the format says, or two of one id differ.
    """
    listed = given({key: [], **content}, key, "a list of objects", path.name)
    by_id: dict[Any, dict[str, Any]] = {}
    for place, found in enumerate(listed, start=1):
        for one in ("id", *needed):
            if not isinstance(found.get(one), (int, float, str)):
                raise Problem(
                    f"{path.name}: number {place} of its {key} has no {one} that is a number or a text"
                )
        before = by_id.setdefault(found["id"], found)
        if any(before.get(one) != found.get(one) for one in needed or {**before, **found}):
            raise Problem(
                f"{path.name}: number {place} of its {key} has the id {shown(found['id'])} as another does that "
                "differs from it; give each an id of its own"
            )
    return by_id


def _where(path: Path, place: int) -> str:
    return f"{path.name}, annotation {place}"


def _object(
    found: dict[str, Any], classes: dict[Any, Any], size: tuple[int, int] | None, where: str
) -> dict[str, Any]:
    category = found.get("category_id")
    if category is None:
        raise Problem(f"{where} has no category_id, and an object of kind boxes has a class; take --kind box")
    if classes and category not in classes:
        raise Problem(
            f"{where} has the category_id {shown(category)}, which is not among the categories of the file; add it "
            "to them, or take --kind box, which has no class"
        )
    label = {"class": str(classes.get(category, category)), "bbox": _box(found, size, where)}
    if "score" in found:
        label["score"] = number(found["score"], where)
    return label


def _box(found: dict[str, Any], size: tuple[int, int] | None, where: str) -> list[int | float]:
    box, segmentation = found.get("bbox"), found.get("segmentation")
    if box is not None:
        if not isinstance(box, list):
            raise Problem(f"{where} has {shown(box)} for a bbox; it takes x, y, width, height")
        if len(box) != 4:
            raise Problem(f"{where} has a bbox of {len(box)} numbers; it takes x, y, width, height")
        return [number(side, where) for side in box]
    if isinstance(segmentation, list):
        points = [value for ring in _rings(segmentation, where) for value in ring]
        xs, ys = points[::2], points[1::2]
        return [number(side, where) for side in (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))]
    if isinstance(segmentation, dict):
        runs = _run_lengths(segmentation, size, where)
        from pycocotools import mask as coco_mask

        if isinstance(runs["counts"], list):
            runs = coco_mask.frPyObjects(runs, *runs["size"])
        return [number(side, where) for side in coco_mask.toBbox(runs)]
    raise Problem(f"{where} has neither a bbox nor a segmentation")


def _label(found: dict[str, Any], kind: str, size: tuple[int, int] | None, where: str) -> str:
    segmentation = found.get("segmentation")
    if kind == "box":
        return box_label(_box(found, size, where))
    if kind == "polygon":
        rings = _rings(segmentation, where) if isinstance(segmentation, list) else []
        if len(rings) != 1:
            parts = f"{len(rings)} parts" if rings else "no polygon"
            raise Problem(f"{where} has {parts}, and a label of kind polygon is one part; take --kind mask")
        ring = [number(value, where) for value in rings[0]]
        return polygon_label([list(point) for point in zip(ring[::2], ring[1::2], strict=True)], where)
    if isinstance(segmentation, dict):
        runs = _run_lengths(segmentation, size, where)
        if isinstance(runs["counts"], list):
            return mask_label(*runs["size"], runs["counts"])
        from pycocotools import mask as coco_mask

        return mask_of(coco_mask.decode(runs))
    if isinstance(segmentation, list):
        from pycocotools import mask as coco_mask

        rings = _rings(segmentation, where)
        if size is None:
            raise Problem(f"{where} is a polygon on an image of unknown size, so it makes no mask")
        return mask_of(coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects(rings, *size))))
    raise Problem(f"{where} has no segmentation, so it makes no label of kind mask")


def _rings(segmentation: list[Any], where: str) -> list[list[float]]:
    """The parts of a polygon, checked first: pycocotools takes two points for a box and drops an odd number."""
    if not segmentation:
        raise Problem(f"{where} has an empty segmentation; give it a polygon or run lengths, or leave it out")
    for ring in segmentation:
        if not isinstance(ring, list):
            raise Problem(f"{where} has {shown(ring)} in its segmentation, where lists of numbers belong")
        for value in ring:
            number(value, where)
        if len(ring) % 2:
            raise Problem(f"{where} has a polygon of {len(ring)} numbers, which are not pairs of x and y")
        if len(ring) < 6:
            raise Problem(f"{where} is a polygon of {len(ring) // 2} points; it takes at least three")
    return [[float(value) for value in ring] for ring in segmentation]


def _run_lengths(segmentation: dict[str, Any], image: tuple[int, int] | None, where: str) -> dict[str, Any]:
    """Run lengths, compressed ones as pycocotools takes them, checked first: it reads past a broken end.

    Args:
        segmentation: The object with `size` and `counts`.
        image: Height and width of the image in pixels, if they are told.
        where: The annotation.

    Returns:
        `size`, height and width in whole numbers, and `counts`.

    Raises:
        Problem: They are no run lengths of their size, or that is not the image's.
    """
    size, counts = segmentation.get("size"), segmentation.get("counts")
    if not isinstance(size, list) or len(size) != 2 or not isinstance(counts, (list, str)):
        raise Problem(f"{where} has run lengths without a size or counts")
    pixels = image_size(*size, where)
    if pixels is None:
        raise Problem(f"{where} has run lengths of the size {size}, where height and width belong")
    height, width = pixels
    if isinstance(counts, str):
        counts = counts.encode(errors="surrogatepass")
        lengths = _decoded_counts(counts, where)
    else:
        lengths = counts
        odd = [length for length in lengths if type(length) is not int or length < 0]
        if odd:
            raise Problem(f"{where} has {shown(odd[0])} in its run lengths, where whole numbers belong")
    if sum(lengths) != height * width:
        raise Problem(f"{where} has run lengths that do not add up to its {height} x {width} pixels")
    if image not in (None, pixels):
        raise Problem(
            f"{where} has run lengths of the size {size} on an image {image[0]} pixels high and {image[1]} wide; "
            "give the height first, and the size of the image"
        )
    return {"size": [height, width], "counts": counts}


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
