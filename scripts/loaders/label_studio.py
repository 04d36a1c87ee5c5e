"""Label Studio's JSON export (not JSON_MIN): annotations and predictions as nodes.

Format: https://labelstud.io/guide/export and https://labelstud.io/guide/task_format
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from loaders import brush
from loaders.contract import (
    Node,
    Problem,
    Report,
    bounds,
    box_label,
    boxes_label,
    compact,
    empty_mask_label,
    given,
    image_size,
    instant,
    mask_label,
    number,
    polygon_label,
    progress,
    read_json,
    shown,
)
from loaders.follow import Known

# Type of a result -> the kind of label it makes, unless another is asked for.
KINDS = {
    "choices": "class",
    "number": "number",
    "rating": "number",
    "textarea": "text",
    "rectanglelabels": "boxes",
    "rectangle": "boxes",
    "polygonlabels": "polygon",
    "polygon": "polygon",
    "brushlabels": "mask",
    "brush": "mask",
    "ranker": "ranking",
}
OTHER_KINDS = {"class": ["tags"], "boxes": ["box", "polygon"]}
# Types of results about the whole of a task, or, of a control with perRegion, about one region: that of the same
# id, whose place the value repeats.
QUESTIONS = ["choices", "number", "rating", "textarea"]
PLACES = {"x", "points", "rle", "start"}
# Types of shapes whose class, where there is one, is a result of the type labels with the same id.
UNNAMED = ["rectangle", "polygon", "brush"]


def read(
    path: Path,
    report: Report,
    *,
    kind: str | None = None,
    control: str | None = None,
    feature: str | None = None,
    annotators: dict[str, str] | None = None,
    name: str = "label-studio",
    with_predictions: bool = True,
    earlier: dict[str, list[Known]] | None = None,
) -> Iterator[Node]:
    """Nodes of an export, one per annotation or prediction and control.

    A control of the labelling interface (`from_name`) is a task. What the review queue sent out comes
    back under its own feature and task, as a child of the leaves that it settles.

    Args:
        path: The export.
        report: Where to note what was read and left out.
        kind: Kind of label to make, where a control allows several.
        control: Only this control.
        feature: Key of a task's `data` that holds the feature id; the task's id otherwise.
        annotators: Annotator id of a user's id; the user's id otherwise.
        name: First part of the node ids, different for different servers.
        with_predictions: Whether predictions become nodes too.
        earlier: What files of earlier exports know: labels that can be parents though the answer that made them
            was skipped or emptied since, and the sizes of such masks.

    Yields:
        The nodes.

    Raises:
        Problem: The file is not as the format says, or does not make labels of this kind.
    """
    earlier = earlier or {}
    tasks = read_json(path)
    if not isinstance(tasks, list) or not all(
        isinstance(task, dict) and task.get("id") is not None for task in tasks
    ):
        raise Problem(f"{path} is not a list of Label Studio tasks; export it as JSON, not as JSON_MIN")
    for task in progress(tasks, "tasks"):
        where = report.where = f"{path.name}, task {task['id']}"
        if task.get("data"):
            given(task, "data", "an object", where)
        ours = (task.get("data") or {}).get("label_lineage")
        feature_id = ours["feature_id"] if ours else _feature_id(task, feature, where)
        answers = _answers(task, "annotation", where)
        if with_predictions and not ours:
            # The predictions of a queued task are labels that the warehouse holds already.
            answers += _answers(task, "prediction", where)
        # A question beside the queue's own, such as how sure one is, is no answer to it.
        read = control or ("label" if ours else None)
        size = _fill_in_sizes(
            [one for _, answer in answers for one in answer.get("result") or []], read, where
        )
        if kind == "mask" and control and not size:
            size = _earlier_size(
                [f"{name}/{sort}/{answer['id']}/{control}" for sort, answer in answers], earlier
            )
        for sort, answer in answers:
            _give_classes(answer, f"{where}, {sort} {answer['id']}")
        # Nothing drawn or chosen is an answer too, where it is known to what.
        asked_kind = ours["kind"] if ours else kind
        can_be_empty = read and (asked_kind in ("boxes", "tags") or asked_kind == "mask" and (ours or size))
        # Shapes of a control that the queue does not know may be its answer, whose control --control did not name.
        elsewhere = asked_kind if ours and not control else None
        controls = {
            (sort, answer["id"]): None
            if answer.get("was_cancelled")
            else _by_control(answer, read, f"{where}, {sort} {answer['id']}")
            or ({read: []} if can_be_empty and _is_silent(answer, read, elsewhere) else {})
            for sort, answer in answers
        }
        _refuse_pages(controls, where)
        for sort, answer in answers:
            results = controls[sort, answer["id"]]
            if results is None:
                report.notes["skipped annotations left out"] += 1
                continue
            here = report.where = f"{where}, {sort} {answer['id']}"
            about_regions = len(_about_regions(answer, read))
            if about_regions:
                report.notes["results about single regions, of controls with perRegion, left out"] += (
                    about_regions
                )
            if ours:
                _note_unasked(answer, read, report)
            else:
                _note_unread(answer, control, report)
            parents = _parents(answer, results, controls, earlier, name, with_predictions, bool(ours), report)
            if not results:
                report.notes["answers without a result left out"] += 1
            for from_name, regions in results.items():
                its_kind = asked_kind
                if its_kind == "mask" and not regions:
                    label, known = _empty_mask(ours.get("size") if ours else size, here), {}
                else:
                    label, its_kind, known = _label(regions, its_kind, here, report)
                task_name = ours["task"] if ours else from_name
                report.kind(task_name, its_kind, here)
                yield Node(
                    node_id=f"{name}/{sort}/{answer['id']}/{from_name}",
                    feature_id=feature_id,
                    task=task_name,
                    label=label,
                    annotator_id=f"model:{answer.get('model_version') or 'unknown'}"
                    if sort == "prediction"
                    else _user(answer, "completed_by", annotators or {}),
                    edited_by=_user(answer, "updated_by", annotators or {}),
                    created_at=instant(answer["created_at"], here) if answer.get("created_at") else None,
                    recorded_at=_recorded_at(answer, task, here),
                    parent_ids=parents[from_name] or (list(ours["leaf_node_ids"]) if ours else []),
                    source=name,
                    # What the queue asked about are labels of the warehouse, each as it was shown.
                    copies_parents=bool(parents[from_name]),
                    attributes={
                        **known,
                        **{
                            key: answer[key]
                            for key in ("lead_time", "ground_truth", "last_action", "score")
                            if answer.get(key)
                        },
                    },
                )


def _answers(task: dict[str, Any], sort: str, where: str) -> list[tuple[str, dict[str, Any]]]:
    """The annotations or predictions of a task, which some exports leave out or give as bare ids."""
    answers = task.get(f"{sort}s")
    if answers is None and sort == "prediction":
        return []
    if not isinstance(answers, list):
        raise Problem(f"{where} has no list of {sort}s; export it as JSON, not as JSON_MIN")
    advice = ", or leave them out with --no-predictions" if sort == "prediction" else ""
    for answer in answers:
        if not isinstance(answer, dict):
            raise Problem(
                f"{where} has only {shown(answer)} for one of its {sort}s; export them whole{advice}"
            )
        if answer.get("id") is None:
            raise Problem(f"{where} has {sort}s without ids; export them with all fields{advice}")
        if answer.get("result"):
            given(answer, "result", "a list of objects", f"{where}, {sort} {answer['id']}")
    return [(sort, answer) for answer in answers]


def _feature_id(task: dict[str, Any], key: str | None, where: str) -> str:
    if key is None:
        return str(task["id"])
    if key not in (task.get("data") or {}):
        raise Problem(f"{where} has no '{key}' in its data; name a key that all tasks have with --feature")
    return str(given(task["data"], key, "a non-empty text or a number", where))


def _fill_in_sizes(results: list[dict[str, Any]], control: str | None, where: str) -> tuple[int, int] | None:
    """A prediction often does not say how large its image is; the annotations of the same image do.

    Args:
        results: All results of a task, which may show several images.
        control: The control that is read, if only one is.
        where: The task.

    Returns:
        Height and width, in pixels, of the image that the control is on, if that is told and one.
    """
    told: dict[tuple[str, Any], set[tuple[Any, Any]]] = {}
    for one in results:
        if one.get("original_height") and one.get("original_width"):
            told.setdefault(_image(one), set()).add((one["original_height"], one["original_width"]))
    known = {image: image_size(*sizes.pop(), where) for image, sizes in told.items() if len(sizes) == 1}
    for one in results:
        size = known.get(_image(one))
        if size and not one.get("original_width"):
            one.update(original_height=size[0], original_width=size[1])
    # A control that nobody has used here is on the task's only image, or on one of several.
    its_own = {_image(one) for one in results if control and one.get("from_name") == control}
    images = its_own or set(told)
    return known.get(images.pop()) if len(images) == 1 else None


def _earlier_size(ids: list[str], earlier: dict[str, list[Known]]) -> tuple[int, int] | None:
    """Height and width in pixels of the masks that things of these ids had last, if all were of one size."""
    masks = [json.loads(earlier[thing][-1].label) for thing in ids if thing in earlier]
    sizes = {tuple(mask["size"]) for mask in masks}
    return sizes.pop() if len(sizes) == 1 else None


def _image(result: dict[str, Any]) -> tuple[str, Any]:
    """Which image of its task a result is on: the object, and its page, which is the first where none is told."""
    return str(result.get("to_name")), result.get("item_index") or 0


def _refuse_pages(controls: dict[Any, dict[str, list[dict[str, Any]]] | None], where: str) -> None:
    """What one control says of several pages would be one label, or votes on one feature."""
    pages: dict[str, set[Any]] = {}
    for results in controls.values():
        for from_name, regions in (results or {}).items():
            pages.setdefault(from_name, set()).update(_image(region)[1] for region in regions)
    for from_name, found in pages.items():
        if len(found) > 1:
            raise Problem(
                f"{where} has results of the control '{from_name}' on {len(found)} pages (item_index), and a "
                "feature is one image; make each page a task of its own"
            )


def _by_control(answer: dict[str, Any], control: str | None, where: str) -> dict[str, list[dict[str, Any]]]:
    """Results by control, without relations, single regions and controls that nobody asked for."""
    found: dict[str, list[dict[str, Any]]] = {}
    about_regions = {id(result) for result in _about_regions(answer, control)}
    for result in answer.get("result") or []:
        if id(result) in about_regions:
            continue
        from_name = result.get("from_name")
        if result.get("type") in KINDS and not (from_name and isinstance(from_name, str)):
            raise Problem(f"{where} has a result of the type {result['type']} without from_name, its control")
        if from_name and control in (None, from_name) and (control or result.get("type") in KINDS):
            found.setdefault(from_name, []).append(result)
    return found


def _about_regions(answer: dict[str, Any], control: str | None) -> list[dict[str, Any]]:
    """Results of a control, or of any, that say something of one region each: they are no labels of the image."""
    results = answer.get("result") or []
    regions = {one.get("id") for one in results if one.get("type") not in QUESTIONS} - {None}
    return [
        one
        for one in results
        if one.get("type") in QUESTIONS
        and control in (None, one.get("from_name"))
        and (one.get("id") in regions or PLACES & set(one.get("value") or []))
    ]


def _is_silent(answer: dict[str, Any], control: str, elsewhere: str | None) -> bool:
    """Whether nothing is said of single regions by a control, and by others nothing of a kind."""
    return not _about_regions(answer, control) and not any(
        elsewhere and KINDS.get(one.get("type")) == elsewhere for one in answer.get("result") or []
    )


def _unnamed_shapes(answer: dict[str, Any]) -> dict[Any, dict[str, Any]]:
    """Shapes by id whose class another result tells."""
    results = answer.get("result") or []
    return {one["id"]: one for one in results if one.get("type") in UNNAMED and one.get("id") is not None}


def _give_classes(answer: dict[str, Any], where: str) -> None:
    """A shape of `<Rectangle>` and its class of `<Labels>` are two results of one id: write the class into the shape."""
    shapes = _unnamed_shapes(answer)
    for one in answer.get("result") or []:
        shape = shapes.get(one.get("id"))
        if one.get("type") == "labels" and shape and isinstance(shape.get("value"), dict):
            classes = given(given(one, "value", "an object", where), "labels", "a list of texts", where)
            shape["value"].setdefault(f"{shape['type']}labels", []).extend(classes)


def _note_unread(answer: dict[str, Any], control: str | None, report: Report) -> None:
    """What a person drew and no label says is told; a relation is no label, and a shape's class is read with it."""
    shapes = _unnamed_shapes(answer)
    for result in answer.get("result") or []:
        is_class = result.get("type") == "labels" and result.get("id") in shapes
        unread = result.get("type") not in [*KINDS, "relation"] and not is_class
        if unread and control is None:
            report.notes[f"results of the type {result.get('type')}, which is not read, left out"] += 1


def _note_unasked(answer: dict[str, Any], control: str, report: Report) -> None:
    """What else was said of a queued task, by controls that the queue did not ask."""
    for result in answer.get("result") or []:
        if result.get("from_name") not in (None, control):
            report.notes[
                f"results of the control '{result['from_name']}' of queued tasks left out; --control names the one that is read, {control}"
            ] += 1


def _parents(
    answer: dict[str, Any],
    results: dict[str, list[dict[str, Any]]],
    controls: dict[tuple[str, Any], dict[str, list[dict[str, Any]]] | None],
    earlier: dict[str, list[Known]],
    name: str,
    with_predictions: bool,
    is_queued: bool,
    report: Report,
) -> dict[str, list[str]]:
    """The labels that an answer started from; for one that there is not, its child would wait for ever.

    Args:
        answer: An annotation or prediction.
        results: What it says, by control.
        controls: The results of each answer of its task, None of one that was skipped.
        earlier: What files of earlier exports know.
        name: First part of the node ids.
        with_predictions: Whether predictions are read.
        is_queued: Whether the queue asked: then only answers that make labels are parents, not the predictions,
            which it showed.
        report: Where to note what was left out.

    Returns:
        Ids of the parents of the label of each control.
    """
    found: dict[str, list[str]] = {from_name: [] for from_name in results}
    for sort in ["annotation"] if is_queued else ["annotation", "prediction"]:
        parent = answer.get(f"parent_{sort}")
        if parent is None:
            continue
        said, left_out = controls.get((sort, parent), {} if is_queued else results), None
        if sort == "prediction" and not with_predictions:
            left_out = "predictions"
        elif said is None:
            left_out = "skipped annotations"
        ids = {from_name: f"{name}/{sort}/{parent}/{from_name}" for from_name in results}
        linked = [one for one in results if not left_out and one in said or ids[one] in earlier]
        if left_out and not linked and not is_queued:
            report.notes[f"parents left out with the {left_out}"] += 1
        for from_name in linked:
            found[from_name].append(ids[from_name])
    return found


def _user(answer: dict[str, Any], key: str, annotators: dict[str, str]) -> str | None:
    """The annotator id of the user who made an annotation, or was the last to edit it."""
    by = answer.get(key)
    by = by.get("id") if isinstance(by, dict) else by
    return None if by is None else annotators.get(str(by), str(by))


def _recorded_at(answer: dict[str, Any], task: dict[str, Any], where: str):
    for told in (answer.get("updated_at"), answer.get("created_at"), task.get("created_at")):
        if told:
            return instant(told, where)
    raise Problem(f"{where} has no time stamp; export it with all fields")


def _label(
    regions: list[dict[str, Any]], kind: str | None, where: str, report: Report
) -> tuple[str, str, dict[str, int]]:
    """The label that the results of one control make, its kind, and the size of the image."""
    types = sorted({str(region.get("type")) for region in regions})
    if len(types) > 1:
        raise Problem(f"{where} has results of the types {', '.join(types)} under one control")
    usual = KINDS.get(types[0]) if types else kind
    if usual is None:
        raise Problem(
            f"{where} has results of the type {types[0]}, which is not read; it takes {', '.join(KINDS)}"
        )
    kind = kind or usual
    if kind != usual and kind not in OTHER_KINDS.get(usual, []):
        raise Problem(f"{where} has results of the type {types[0]}, which make no labels of kind {kind}")
    values = [given(region, "value", "an object", where) for region in regions]
    size = {}
    if regions:
        told = image_size(regions[0].get("original_height"), regions[0].get("original_width"), where)
        size = {"width": told[1], "height": told[0]} if told else {}
    if kind in ("class", "tags"):
        chosen = [choice for value in values for choice in given(value, "choices", "a list of texts", where)]
        if kind == "tags":
            return compact(sorted(set(chosen))), kind, size
        return _only(chosen, where, "choices", "--kind tags"), kind, size
    if kind == "number":
        said = [str(given(value, types[0], "a number", where)) for value in values]
        return _only(said, where, "numbers", "one control each"), kind, size
    if kind == "ranking":
        rankers = [given(value, "ranker", "an object", where) for value in values]
        columns = [given(ranker, column, "a list of texts", where) for ranker in rankers for column in ranker]
        return compact(_only(columns, where, "columns", "a Ranker without buckets")), kind, size
    if kind == "mask":
        return _mask(regions, where), kind, size
    if kind == "text":
        return "\n".join(line for value in values for line in _lines(value, where)), kind, size
    if usual == "boxes" and kind in ("box", "boxes"):
        n_rotated = sum(bool(value.get("rotation")) for value in values)
        if n_rotated:
            report.notes[
                "rotated boxes became the upright boxes around them; --kind polygon keeps their corners"
            ] += n_rotated
        if kind == "boxes":
            return boxes_label([_object(region, where) for region in regions]), kind, size
        boxes = [bounds(_corners(region, where)) for region in regions]
        return box_label(_only(boxes, where, "boxes", "--kind boxes")), kind, size
    shapes = [_corners(region, where) if usual == "boxes" else _points(region, where) for region in regions]
    return polygon_label(_only(shapes, where, "polygons", "one control each"), where), kind, size


def _only(found: list[Any], where: str, what: str, advice: str) -> Any:
    if len(found) != 1:
        raise Problem(f"{where} has {len(found)} {what} where its kind takes one; use {advice}")
    return found[0]


def _lines(value: dict[str, Any], where: str) -> list[str]:
    text = value.get("text")
    return [text] if isinstance(text, str) else given(value, "text", "a list of texts", where)


def _classes(region: dict[str, Any], key: str, where: str) -> list[str]:
    value = region["value"]
    return given(value, key, "a list of texts", where) if value.get(key) else []


def _object(region: dict[str, Any], where: str) -> dict[str, Any]:
    box, classes = bounds(_corners(region, where)), _classes(region, "rectanglelabels", where)
    if not classes:
        raise Problem(
            f"{where} has a box without a class; give it one, or take --kind box, which has no class"
        )
    if len(classes) > 1:
        raise Problem(
            f"{where} has a box of the classes {', '.join(sorted(classes))}, and an object of kind boxes has one; "
            "give it one, or take --kind box, which has no class"
        )
    found = {"class": classes[0], "bbox": box}
    if isinstance(region.get("score"), (int, float)):
        found["score"] = number(region["score"], where)
    return found


def _mask(regions: list[dict[str, Any]], where: str) -> str:
    """All strokes of one control as one mask; a mask has no class, so they must be of one."""
    classes = sorted({name for region in regions for name in _classes(region, "brushlabels", where)})
    if len(classes) > 1:
        raise Problem(
            f"{where} has a brush of the classes {', '.join(classes)}, and a mask has no class; use one control each"
        )
    width, height = _size(regions[0], where)
    try:
        counts = brush.decode(height, width, [region["value"]["rle"] for region in regions])
    except (KeyError, TypeError, ValueError) as error:
        reason = str(error) if type(error) is ValueError else "it has no run lengths"
        raise Problem(f"{where} has a brush that cannot be read: {reason}") from None
    return mask_label(height, width, counts)


def _empty_mask(size: Sequence[int] | None, where: str) -> str:
    if size is None:
        raise Problem(
            f"{where} is empty, and the masks that it settles differ in size, so its own is unknown; draw something or skip the task"
        )
    return empty_mask_label(*size)


def _corners(region: dict[str, Any], where: str) -> list[list[int | float]]:
    """Corners in pixels: turned clockwise around the upper left one by `rotation` degrees."""
    value, (width, height) = region["value"], _size(region, where)
    left, top, share, fall = (given(value, key, "a number", where) for key in ("x", "y", "width", "height"))
    x, y = left * width / 100, top * height / 100
    across, down = share * width / 100, fall * height / 100
    angle = math.radians(given(value, "rotation", "a number", where) if value.get("rotation") else 0)
    ahead = across * math.cos(angle), across * math.sin(angle)
    aside = -down * math.sin(angle), down * math.cos(angle)
    corners = [
        (x, y),
        (x + ahead[0], y + ahead[1]),
        (x + ahead[0] + aside[0], y + ahead[1] + aside[1]),
        (x + aside[0], y + aside[1]),
    ]
    return [[number(side, where) for side in corner] for corner in corners]


def _points(region: dict[str, Any], where: str) -> list[list[int | float]]:
    width, height = _size(region, where)
    return [
        [number(x * width / 100, where), number(y * height / 100, where)]
        for x, y in given(region["value"], "points", "a list of points [x, y]", where)
    ]


def _size(region: dict[str, Any], where: str) -> tuple[int, int]:
    """Shapes are given in hundredths of the image."""
    size = image_size(region.get("original_height"), region.get("original_width"), where)
    if size is None:
        raise Problem(
            f"{where} has a shape without original_width and original_height, so its pixels are unknown; "
            "predictions can be left out with --no-predictions"
        )
    return size[1], size[0]
