"""Files of labelling tools become rows of the input contract, exactly, or one sentence says why not."""

from __future__ import annotations

import cmath
import hashlib
import itertools
import json
import math
import random
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warehouse import REPOSITORY, Warehouse

sys.path.insert(0, str(REPOSITORY / "scripts"))
import load_labels  # noqa: E402
from loaders import brush, contract  # noqa: E402

STARTED = "2024-03-05T10:00:00Z"


def load(folder: Path, *command: str) -> list[dict]:
    """Rows that a command of the loader writes, in the order of their ids."""
    output = folder / "labels.parquet"
    load_labels.main([*command, "-o", str(output)])
    with duckdb.connect() as connection:
        found = connection.execute(f"from '{output}' order by node_id")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def refusal(folder: Path, *command: str) -> str:
    """The sentence with which a command of the loader refuses; it leaves no file."""
    output = folder / "refused.parquet"
    with pytest.raises(SystemExit) as stopped:
        load_labels.main([*command, "-o", str(output)])
    assert list(folder.glob("refused*")) == []
    text = str(stopped.value)
    assert text.startswith("Label Lineage: ") and text.endswith(". Nothing was written.") and "\n" not in text
    return text


def write(folder: Path, content, name: str = "input.json") -> str:
    """A file of JSON, or of text."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


# Label Studio.


def task(result: list[dict], number: int = 1, **annotation) -> dict:
    """A task with one annotation."""
    answer = {
        "id": number, "completed_by": {"id": 7}, "result": result, "was_cancelled": False,
        "created_at": STARTED, "updated_at": STARTED, "parent_prediction": None, "parent_annotation": None,
    }  # fmt: skip
    return {"id": number, "data": {"image": f"{number}.jpg"}, "annotations": [{**answer, **annotation}]}


def choice(*choices: str, from_name: str = "label") -> dict:
    """A result of a control for choices."""
    return {"from_name": from_name, "to_name": "item", "type": "choices", "value": {"choices": [*choices]}}


def rectangle(rotation: float = 0, **sides: float) -> dict:
    """A result of a control for boxes, on an image of 200 x 100 pixels."""
    return {
        "from_name": "label", "to_name": "image", "type": "rectanglelabels", "original_width": 200,
        "original_height": 100, "value": {**sides, "rotation": rotation, "rectanglelabels": ["Car"]},
    }  # fmt: skip


def test_answers_become_nodes_with_parents(tmp_path, capsys):
    """Predictions and earlier annotations are parents; skipped ones are left out and counted."""
    exported = task([choice("cat")], 1, parent_prediction=5)
    exported["predictions"] = [
        {"id": 5, "model_version": "seg-1", "result": [choice("dog")], "created_at": "2024-03-01T00:00:00Z"}
    ]
    exported["annotations"].append(
        {**exported["annotations"][0], "id": 2, "parent_annotation": 1, "parent_prediction": None}
    )
    skipped = task([choice("cat")], 3, was_cancelled=True)
    rows = load(tmp_path, "label-studio", write(tmp_path, [exported, skipped]), "--feature", "image")
    assert [
        (row["node_id"], row["feature_id"], row["label"], row["annotator_id"], row["parent_ids"])
        for row in rows
    ] == [
        ("label-studio/annotation/1/label", "1.jpg", "cat", "7", ["label-studio/prediction/5/label"]),
        ("label-studio/annotation/2/label", "1.jpg", "cat", "7", ["label-studio/annotation/1/label"]),
        ("label-studio/prediction/5/label", "1.jpg", "dog", "model:seg-1", []),
    ]
    assert rows[0]["recorded_at"] == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert "1 skipped annotations left out" in capsys.readouterr().out


def test_parents_without_a_node_are_left_out(tmp_path, capsys):
    """A skipped annotation, a prediction that nobody wants and one of other controls: none to wait for."""
    exported = task([choice("cat")], 1, was_cancelled=True, parent_prediction=5)
    first = exported["annotations"][0]
    live = {**first, "was_cancelled": False}
    exported["annotations"] += [
        {**live, "id": 2, "parent_annotation": 1, "parent_prediction": None},
        {**live, "id": 3, "parent_annotation": None},
        {**live, "id": 4, "parent_annotation": 3, "result": [choice("cat"), choice("new", from_name="age")]},
    ]
    exported["predictions"] = [{"id": 5, "result": [choice("dog")], "created_at": STARTED}]

    def parents(*options: str) -> dict[str, list[str]]:
        rows = load(tmp_path, "label-studio", write(tmp_path, [exported]), *options)
        ids = {row["node_id"] for row in rows}
        assert all(ids.issuperset(row["parent_ids"]) for row in rows)
        return {row["node_id"].removeprefix("label-studio/"): row["parent_ids"] for row in rows}

    prediction, third = "label-studio/prediction/5/label", "label-studio/annotation/3/label"
    assert parents() == {
        "annotation/2/label": [],
        "annotation/3/label": [prediction],
        "annotation/4/label": [third, prediction],
        "annotation/4/age": [],
        "prediction/5/label": [],
    }
    told = capsys.readouterr().out
    assert "  1 parents left out with the skipped annotations\n" in told
    assert "parents left out with the predictions" not in told
    assert parents("--no-predictions") == {
        "annotation/2/label": [],
        "annotation/3/label": [],
        "annotation/4/label": [third],
        "annotation/4/age": [],
    }
    told = capsys.readouterr().out
    assert "  1 parents left out with the skipped annotations\n" in told
    assert "  2 parents left out with the predictions\n" in told


def test_kinds_of_label_studio(tmp_path, capsys):
    """Each control is a task of its own, of the kind that its results make."""
    results = [
        choice("cat", from_name="animal"),
        {"from_name": "age", "type": "number", "value": {"number": 3}},
        {"from_name": "stars", "type": "rating", "value": {"rating": 4}},
        {"from_name": "caption", "type": "textarea", "value": {"text": ["two", "lines"]}},
        {"from_name": "outline", "type": "polygonlabels", "original_width": 200, "original_height": 100,
         "value": {"points": [[0, 0], [50, 0], [50, 10.5]], "polygonlabels": ["Car"]}},
        {**rectangle(x=10, y=10, width=20, height=30), "from_name": "cars", "score": 0.25},
        {"from_name": "dots", "type": "keypointlabels", "value": {"x": 1}},
        {"from_name": "dots", "type": "keypointlabels", "value": {"x": 2}},
        {"from_name": "tree", "type": "taxonomy", "value": {"taxonomy": [["animal", "cat"]]}},
        {"type": "relation", "from_id": "a", "to_id": "b"},
    ]  # fmt: skip
    rows = load(tmp_path, "label-studio", write(tmp_path, [task(results)]))
    assert {row["task"]: row["label"] for row in rows} == {
        "animal": "cat",
        "age": "3",
        "stars": "4",
        "caption": "two\nlines",
        "outline": "[[0,0],[100,0],[100,10.5]]",
        "cars": '[{"class":"Car","bbox":[20,10,40,30],"score":0.25}]',
    }
    told = capsys.readouterr().out
    assert "  2 results of the type keypointlabels, which is not read, left out\n" in told
    assert "  1 results of the type taxonomy, which is not read, left out\n" in told
    assert "relation" not in told
    # Nothing is told of a control that nobody asked for, nor of a skipped annotation.
    load(tmp_path, "label-studio", write(tmp_path, [task(results)]), "--control", "animal")
    load(tmp_path, "label-studio", write(tmp_path, [task(results, was_cancelled=True)]))
    assert "is not read" not in capsys.readouterr().out
    tags = write(tmp_path, [task([choice("b", "a")])])
    assert load(tmp_path, "label-studio", tags, "--kind", "tags")[0]["label"] == '["a","b"]'


# Two masks and the brushes that label-studio-sdk 2.1.2 makes of them (converter/brush.py): the first by
# mask2rle, the second by encode_rle of a picture with alpha 100 and 1.
MASK = {"size": [5, 4], "counts": [4, 1, 1, 2, 3, 2, 3, 2, 2]}
BRUSHES = [
    [0, 0, 0, 80, 57, 27, 254, 19, 0, 183, 255, 24, 5, 191, 251, 224, 17, 255, 219, 0, 0],
    [0, 0, 0, 80, 57, 27, 254, 19, 0, 136, 36, 6, 72, 130, 64, 100, 136, 36, 6, 72, 192, 34, 9, 1, 146, 32,
     144, 25, 34, 9, 1, 146, 248, 0, 0, 32, 1, 0, 6, 0, 13, 176, 0],
]  # fmt: skip


def stroke(rle: list[int], height: int = 5, width: int = 4, **value) -> dict:
    """A result of a control for brushes."""
    return {
        "from_name": "label", "type": "brushlabels", "original_width": width, "original_height": height,
        "value": {"format": "rle", "rle": rle, "brushlabels": ["Car"], **value},
    }  # fmt: skip


def test_brushes_equal_the_published_encoder():
    """Byte by byte, down to its last byte too many; a large mask by the md5 of its bytes."""
    height, width = MASK["size"]
    assert brush.encode(height, width, MASK["counts"]) == BRUSHES[0]
    assert brush.encode(1, 1, [1]) == [0, 0, 0, 4, 57, 27, 252, 96, 0]
    assert brush.encode(2, 4, [0, 8]) == [0, 0, 0, 32, 57, 27, 254, 31, 255, 0]
    block = [30100, *[300] * 499, 120200]
    large = brush.encode(600, 500, block)
    assert hashlib.md5(bytes(large)).hexdigest() == "b48ab28f29939ed64be0fe91561f598a"
    assert brush.decode(600, 500, [large]) == block
    # Runs of more than 65,536 bytes stand in several pieces.
    assert brush.encode(600, 500, [300_000])[-10:] == [255, 255, 0, 255, 255, 224, 29, 61, 252, 0]


@given(st.integers(1, 12), st.integers(1, 12), st.data())
@settings(max_examples=60, deadline=None)
def test_brushes_come_back_as_they_went(height, width, data):
    """Strokes lie over each other: a pixel of any of them belongs to the mask."""
    strokes = data.draw(
        st.lists(
            st.lists(st.booleans(), min_size=height * width, max_size=height * width), min_size=1, max_size=3
        )
    )
    runs = [[len([*run]) for _, run in itertools.groupby([False, *pixels])] for pixels in strokes]
    packed = [brush.encode(height, width, [first - 1, *others]) for first, *others in runs]
    covered = [any(pixels) for pixels in zip(*strokes, strict=True)]
    found = brush.decode(height, width, packed)
    assert [place % 2 == 1 for place, run in enumerate(found) for _ in range(run)] == covered
    assert all(found[1:])


def test_brushes_and_rankings(tmp_path):
    """All strokes of a control are one mask, whatever their colour; a Ranker's column is a ranking."""
    drawn = [{**stroke(rle), "from_name": name} for name, rle in zip(("one", "two"), BRUSHES, strict=True)]
    corner = stroke(brush.encode(5, 4, [19, 1]))
    ranker = {"from_name": "rank", "type": "ranker", "value": {"ranker": {"rank": ["b", "a"]}}}
    results = [*drawn, {**corner, "from_name": "two"}, ranker]
    rows = load(tmp_path, "label-studio", write(tmp_path, [task(results)]))
    labels = {row["task"]: json.loads(row["label"]) for row in rows}
    assert labels == {
        "one": MASK,
        "two": {**MASK, "counts": [*MASK["counts"][:-1], 1, 1]},
        "rank": ["b", "a"],
    }
    assert json.loads(rows[0]["attributes"])["width"] == 4


def test_empty_masks_of_label_studio(tmp_path, capsys):
    """An answer that draws nothing is an empty mask, if another result of its task says of which size."""
    exported = task([stroke(BRUSHES[0])], 1)
    first = exported["annotations"][0]
    exported["annotations"] += [
        {**first, "id": 2, "result": []},
        {**first, "id": 3, "parent_annotation": 2},
    ]
    command = ["label-studio", write(tmp_path, [exported, task([], 4)]), "--kind", "mask"]
    rows = load(tmp_path, *command, "--control", "label")
    empty = {"size": [5, 4], "counts": [20]}
    assert [json.loads(row["label"]) for row in rows] == [MASK, empty, MASK]
    assert rows[2]["parent_ids"] == [rows[1]["node_id"]]
    assert "  1 answers without a result left out\n" in capsys.readouterr().out
    # Without a control nobody can say what was left empty.
    assert len(load(tmp_path, *command)) == 2


def test_answers_about_single_regions_are_no_labels(tmp_path, capsys):
    """What perRegion asks says nothing of the image: it has a region's place, or only its id."""
    place = {"x": 1, "y": 1, "width": 1, "height": 1}
    box = {**rectangle(**place), "id": "a"}
    about = {
        "damage": ("choices", {"choices": ["scratched"]}),
        "plate": ("textarea", {"text": ["AB 12"]}),
        "age": ("number", {"number": 3}),
        "sure": ("rating", {"rating": 4}),
    }
    asked = [
        {"id": number, "from_name": name, "type": sort, "value": {**value, **its_place}}
        for name, (sort, value) in about.items()
        for number, its_place in [
            ("a", {}),
            ("b", place),
            (None, {"points": []}),
            (None, {"rle": []}),
            ("c", {"start": 1}),
        ]
    ]
    whole = [{**choice("night", from_name="light"), "id": "d"}, choice("wet", from_name="street")]
    exported = write(tmp_path, [task([*asked, box, *whole])])
    told = "  {} results about single regions, of controls with perRegion, left out\n"
    assert [row["task"] for row in load(tmp_path, "label-studio", exported)] == ["label", "light", "street"]
    assert told.format(20) in capsys.readouterr().out
    # Nor is an image without tags where only regions have some.
    for kind in ([], ["--kind", "tags"]):
        assert load(tmp_path, "label-studio", exported, "--control", "damage", *kind) == []
        assert told.format(5) in capsys.readouterr().out


def test_classes_beside_their_shapes(tmp_path, capsys):
    """`<Rectangle>` with `<Labels>` tells a box and its class as two results of one id."""

    def shape(number: str, name: str, left: int) -> list[dict]:
        box = rectangle(x=left, y=10, width=20, height=30)
        del box["value"]["rectanglelabels"]
        value = {**box["value"], "labels": [name]}
        return [
            {**box, "id": number, "from_name": "box", "type": "rectangle"},
            {**box, "id": number, "type": "labels", "value": value},
        ]

    exported = write(tmp_path, [task([*shape("a", "Car", 10), *shape("b", "Bus", 50)])])
    for control in ([], ["--control", "box"]):
        (row,) = load(tmp_path, "label-studio", exported, *control)
        assert row["task"] == "box"
        assert json.loads(row["label"]) == [
            {"class": "Car", "bbox": [20, 10, 40, 30]},
            {"class": "Bus", "bbox": [100, 10, 40, 30]},
        ]
        assert "not read" not in capsys.readouterr().out
    # Without its shape a class is what is not read.
    load(
        tmp_path,
        "label-studio",
        write(tmp_path, [task([choice("x", from_name="y"), *shape("a", "Car", 10)[1:]])]),
    )
    assert "  1 results of the type labels, which is not read, left out\n" in capsys.readouterr().out


def test_rotated_boxes(tmp_path, capsys):
    """Turned clockwise around the upper left corner, in pixels, though given in hundredths of each side."""
    turned = write(tmp_path, [task([rectangle(90, x=50, y=20, width=20, height=30)])])
    corners = load(tmp_path, "label-studio", turned, "--kind", "polygon")[0]["label"]
    assert json.loads(corners) == [[100, 20], [100, 60], [70, 60], [70, 20]]
    around = load(tmp_path, "label-studio", turned, "--kind", "box")[0]["label"]
    assert json.loads(around) == [70, 20, 30, 40]
    assert "1 rotated boxes became the upright boxes around them" in capsys.readouterr().out


DOT = rectangle(x=1, y=1, width=1, height=1)
UNSIZED = {**DOT, "original_width": None, "original_height": None}

BAD_EXPORTS = {
    "no JSON": ("[", "is not JSON"),
    "too deep": ("[" * 100_000, "is not JSON: maximum recursion depth exceeded"),
    "JSON_MIN": (
        [{"id": 1, "label": "cat"}],
        "has no list of annotations; export it as JSON, not as JSON_MIN",
    ),
    "half a character": (
        [task([choice("\ud800")])],
        "input.json, task 1, annotation 1 is not as its format says, which ended in UnicodeEncodeError: ",
    ),
    "annotations of nothing": (
        [{"id": 1, "annotations": None}],
        "input.json, task 1 has no list of annotations; export it as JSON, not as JSON_MIN",
    ),
    "annotations as ids": (
        [{"id": 1, "annotations": [5]}],
        "input.json, task 1 has only 5 for one of its annotations; export them whole. Nothing",
    ),
    "predictions as ids": (
        [{"id": 1, "annotations": [], "predictions": [5]}],
        "has only 5 for one of its predictions; export them whole, or leave them out with --no-predictions",
    ),
    "predictions as an object": (
        [{"id": 1, "annotations": [], "predictions": {"5": {}}}],
        "input.json, task 1 has no list of predictions",
    ),
    "predictions without ids": (
        [{"id": 1, "annotations": [], "predictions": [{"result": []}]}],
        "has predictions without ids; export them with all fields, or leave them out with --no-predictions",
    ),
    "data as text": (
        [{"id": 1, "annotations": [], "data": "1.jpg"}],
        "input.json, task 1 has '1.jpg' for 'data' where an object belongs",
    ),
    **{
        f"result of the control {name}": (
            [task([choice("a", from_name=name)])],
            "task 1, annotation 1 has a result of the type choices without from_name, its control",
        )
        for name in (None, 5)
    },
    "task without a number": ([{"id": None, "annotations": []}], "is not a list of Label Studio tasks"),
    "results as an object": (
        [task({"choices": ["a"]})],
        "task 1, annotation 1 has {'choices': ['a']} for 'result' where a list of objects belongs",
    ),
    **{
        f"{sort} of {shown}": (
            [task([{**shape, "from_name": "label", "type": sort, "value": value}])],
            f"input.json, task 1, annotation 1 has {shown}",
        )
        for shape in [{"original_width": 200, "original_height": 100}]
        for sort, value, shown in [
            ("choices", None, "nothing for 'value' where an object belongs"),
            ("choices", {}, "nothing for 'choices' where a list of texts belongs"),
            ("choices", {"choices": "cat"}, "'cat' for 'choices' where a list of texts belongs"),
            ("choices", {"choices": [["a", "b"]]}, "[['a', 'b']] for 'choices' where a list of texts"),
            ("number", {}, "nothing for 'number' where a number belongs"),
            ("number", {"number": "three"}, "'three' for 'number' where a number belongs"),
            ("number", {"number": float("nan")}, "nan for 'number' where a number belongs"),
            ("rating", {"number": 3}, "nothing for 'rating' where a number belongs"),
            ("textarea", {"text": None}, "nothing for 'text' where a list of texts belongs"),
            ("textarea", {"text": [None]}, "[None] for 'text' where a list of texts belongs"),
            ("ranker", {"ranker": ["a", "b"]}, "['a', 'b'] for 'ranker' where an object belongs"),
            ("ranker", {"ranker": {"rank": "ab"}}, "'ab' for 'rank' where a list of texts belongs"),
            ("rectangle", {"y": 1, "width": 1, "height": 1}, "nothing for 'x' where a number belongs"),
            ("rectangle", {"x": "1", "y": 1, "width": 1, "height": 1}, "'1' for 'x' where a number belongs"),
            (
                "rectangle",
                {"x": 1, "y": 1, "width": 1, "height": 1, "rotation": "left"},
                "'left' for 'rotation' where a number belongs",
            ),
            (
                "rectanglelabels",
                {"x": 1, "y": 1, "width": 1, "height": 1, "rectanglelabels": "Car"},
                "'Car' for 'rectanglelabels' where a list of texts belongs",
            ),
            ("polygon", {}, "nothing for 'points' where a list of points [x, y] belongs"),
            ("polygon", {"points": [[1, 2], [3]]}, "[[1, 2], [3]] for 'points' where a list of points"),
            ("polygon", {"points": [[1, "2"]]}, "[[1, '2']] for 'points' where a list of points"),
            ("brush", {}, "a brush that cannot be read: it has no run lengths"),
        ]
    },
    "odd size": (
        [task([{**rectangle(x=1, y=1, width=1, height=1), "original_width": "200"}])],
        "task 1 is 100 high and '200' wide, where whole numbers of pixels belong",
    ),
    # What no check foresaw is told too.
    "no number of a parent": (
        [task([choice("a")], parent_annotation={})],
        "input.json, task 1, annotation 1 is not as its format says, which ended in TypeError: unhashable",
    ),
    "no tasks": ({"tasks": []}, "is not a list of Label Studio tasks"),
    "several choices": (
        [task([choice("a", "b")])],
        "has 2 choices where its kind takes one; use --kind tags",
    ),
    "no size": (
        [task([{**rectangle(x=1, y=1, width=1, height=1), "original_width": None}])],
        "without original_width and original_height, so its pixels are unknown",
    ),
    "box of two classes": (
        [task([{**DOT, "value": {**DOT["value"], "rectanglelabels": ["Car", "Bus"]}}])],
        "annotation 1 has a box of the classes Bus, Car, and an object of kind boxes has one; give it one, or take",
    ),
    **{
        f"box of no class, {shown}": (
            [
                task(
                    [
                        {**DOT, "type": sort, "id": "a", "value": {**DOT["value"], "rectanglelabels": []}},
                        *others,
                    ]
                )
            ],
            "annotation 1 has a box without a class; give it one, or take --kind box, which has no class",
        )
        for sort, shown, others in [
            ("rectanglelabels", "an empty one", []),
            ("rectangle", "a plain one", []),
            ("rectangle", "another's", [{"type": "labels", "id": "b", "value": {"labels": ["Car"]}}]),
        ]
    },
    "class that is no list": (
        [
            task(
                [
                    {**DOT, "type": "rectangle", "id": "a"},
                    {"type": "labels", "id": "a", "value": {"labels": "Car"}},
                ]
            )
        ],
        "task 1, annotation 1 has 'Car' for 'labels' where a list of texts belongs",
    ),
    "class of no value": (
        [task([{**DOT, "type": "rectangle", "id": "a"}, {"type": "labels", "id": "a"}])],
        "task 1, annotation 1 has nothing for 'value' where an object belongs",
    ),
    "brush of two classes beside it": (
        [
            task(
                [
                    {**stroke(BRUSHES[0]), "type": "brush", "id": "a"},
                    {"type": "labels", "id": "a", "value": {"labels": ["Bus"]}},
                ]
            )
        ],
        "has a brush of the classes Bus, Car, and a mask has no class; use one control each",
    ),
    "two pages in one label": (
        [task([DOT, {**DOT, "item_index": 1}])],
        "task 1 has results of the control 'label' on 2 pages (item_index), and a feature is one image; make each",
    ),
    "two pages by two people": (
        [
            {
                **task([{**DOT, "item_index": 1}]),
                "predictions": [{"id": 5, "created_at": STARTED, "result": [{**DOT, "item_index": 2}]}],
            }
        ],
        "task 1 has results of the control 'label' on 2 pages (item_index)",
    ),
    **{
        f"no size where {name}": (
            [{**task(drawn), "predictions": [{"id": 5, "created_at": STARTED, "result": [UNSIZED]}]}],
            "task 1, prediction 5 has a shape without original_width and original_height",
        )
        for name, drawn in [
            ("another image has one", [{**DOT, "to_name": "other"}]),
            ("another page has one", [{**DOT, "from_name": "other", "item_index": 1}]),
            ("there are two", [DOT, {**DOT, "original_width": 300}]),
        ]
    },
    "brush that ends early": ([task([stroke(BRUSHES[0][:12])])], "cannot be read: it ends too early"),
    "brush of another size": ([task([stroke(BRUSHES[0], 4, 4)])], "it does not cover its image"),
    "brush past the end": ([task([stroke([*BRUSHES[0][:9], 255, 255, 255, 255])])], "it runs past the end"),
    "brush without bytes": ([task([stroke(None)])], "it has no run lengths"),
    "brush of two classes": (
        [task([stroke(BRUSHES[0]), stroke(BRUSHES[0], brushlabels=["Bus"])])],
        "has a brush of the classes Bus, Car, and a mask has no class; use one control each",
    ),
    "empty mask of no size": (
        [
            {
                **task([]),
                "data": {
                    "label_lineage": {"kind": "mask", "task": "t", "feature_id": "f", "leaf_node_ids": []}
                },
            }
        ],
        "is empty, and the masks that it settles differ in size, so its own is unknown",
    ),
    "buckets": (
        [task([{"from_name": "label", "type": "ranker", "value": {"ranker": {"a": ["x"], "b": ["y"]}}}])],
        "has 2 columns where its kind takes one; use a Ranker without buckets",
    ),
    "no time": ([task([choice("a")], created_at=None, updated_at=None)], "has no time stamp"),
    "odd time": ([task([choice("a")], updated_at="soon")], "'soon', which does not read as a time stamp"),
    "same id twice": (
        [task([choice("a")]), task([choice("a")])],
        "comes twice; give each file its own --name",
    ),
}


@pytest.mark.parametrize(("content", "expected"), BAD_EXPORTS.values(), ids=BAD_EXPORTS.keys())
def test_bad_exports_are_refused(tmp_path, content, expected):
    """One sentence that names the file and task."""
    assert expected in refusal(tmp_path, "label-studio", write(tmp_path, content))


BAD_FEATURES = {
    "missing": ({}, "has no 'scene' in its data; name a key that all tasks have with --feature"),
    **{
        str(value): (
            {"scene": value},
            f"has {shown} for 'scene' where a non-empty text or a number belongs",
        )
        for value, shown in [
            (None, "nothing"),
            ("", "''"),
            (" ", "' '"),
            ({"id": 5}, "{'id': 5}"),
            ([5], "[5]"),
            (True, "True"),
            (float("nan"), "nan"),
        ]
    },
}


@pytest.mark.parametrize(("data", "expected"), BAD_FEATURES.values(), ids=BAD_FEATURES.keys())
def test_a_feature_key_without_an_id_is_refused(tmp_path, data, expected):
    """The sentence names the task and the key."""
    exported = write(tmp_path, [{**task([choice("a")]), "data": data}])
    sentence = refusal(tmp_path, "label-studio", exported, "--feature", "scene")
    assert f"input.json, task 1 {expected}" in sentence


def test_numbers_and_texts_are_features(tmp_path):
    """As they are written, 0 too."""
    exported = [
        {**task([choice("a")], number), "data": {"scene": scene}}
        for number, scene in enumerate([0, 7, "x y"])
    ]
    rows = load(tmp_path, "label-studio", write(tmp_path, exported), "--feature", "scene")
    assert [row["feature_id"] for row in rows] == ["0", "7", "x y"]


def test_predictions_take_the_size_of_their_own_image(tmp_path):
    """A task can show several; the empty mask of a control is as large as the image that it is on."""
    other = {**DOT, "from_name": "parts", "to_name": "other", "original_width": 400}
    exported = task([DOT, other])
    exported["predictions"] = [{"id": 5, "result": [UNSIZED], "created_at": STARTED}]
    rows = load(tmp_path, "label-studio", write(tmp_path, [exported]))
    labels = {row["node_id"].removeprefix("label-studio/"): json.loads(row["label"]) for row in rows}
    assert (
        labels["prediction/5/label"]
        == labels["annotation/1/label"]
        == [{"class": "Car", "bbox": [2, 1, 2, 1]}]
    )
    assert labels["annotation/1/parts"] == [{"class": "Car", "bbox": [4, 1, 4, 1]}]

    exported = task(
        [{**DOT, "from_name": "parts", "to_name": "other"}, {**stroke(BRUSHES[0]), "to_name": "image"}]
    )
    exported["annotations"].append({**exported["annotations"][0], "id": 2, "result": []})
    masks = ["label-studio", write(tmp_path, [exported]), "--kind", "mask", "--control"]
    rows = load(tmp_path, *masks, "label")
    assert [json.loads(row["label"])["size"] for row in rows] == [[5, 4], [5, 4]]
    # Nobody has drawn with this one, so it can be on either.
    assert load(tmp_path, *masks, "holes") == []


def test_published_exports_of_label_studio(real_data, tmp_path):
    """Exports of the makers' own tests: each annotation with a result that is read is a node, with links."""
    folder = real_data / "label_studio_exports"
    found = {}
    for path in sorted(folder.glob("export__*.json")):
        for row in load(tmp_path, "label-studio", str(path), "--name", path.stem):
            found[path.stem, row["node_id"].split("/", 1)[1]] = row
    links = [row for row in found.values() if row["parent_ids"]]
    assert len(links) == 2
    assert all(
        parent.split("/", 1)[1] in {key for _, key in found} for row in links for parent in row["parent_ids"]
    )
    expected = duckdb.sql(f"""
        select count(*) from '{folder}/label_nodes.parquet' where annotator_id not like 'model:%'
    """).fetchall()[0][0]
    annotations = {
        (stem, annotation["id"]): annotation
        for stem, tasks in (
            (path.stem, json.loads(path.read_text())) for path in sorted(folder.glob("export__*.json"))
        )
        for exported in tasks
        for annotation in exported["annotations"]
    }
    assert len(annotations) == expected
    for (stem, number), annotation in annotations.items():
        controls = {
            result["from_name"]
            for result in annotation["result"]
            if result.get("type") in ("choices", "rectanglelabels", "polygonlabels")
        }
        for control in controls:
            row = found[stem, f"annotation/{number}/{control}"]
            assert row["recorded_at"] == datetime.fromisoformat(annotation["updated_at"])
            if row["label"].startswith("[{"):
                assert len(json.loads(row["label"])) == sum(
                    result.get("from_name") == control for result in annotation["result"]
                )


def test_published_rotated_boxes(real_data, tmp_path):
    """Corners and bounds of each rotated box of the makers' tests, turned as complex numbers, not by the reader."""
    path = real_data / "label_studio_exports" / "export__test_export_yolo__data_obb.json"
    regions = [
        region
        for exported in json.loads(path.read_text())
        for annotation in exported["annotations"]
        for region in annotation["result"]
    ]
    assert len(regions) == 25 and all(region["value"]["rotation"] for region in regions)
    # A label of kind polygon is one shape, so each box comes in a task of its own.
    file = write(tmp_path, [task([region], place) for place, region in enumerate(regions)])

    def labels(kind: str) -> dict[str, list]:
        rows = load(tmp_path, "label-studio", file, "--kind", kind)
        return {row["feature_id"]: json.loads(row["label"]) for row in rows}

    polygons, boxes = labels("polygon"), labels("box")
    assert len(polygons) == len(boxes) == len(regions)
    for place, region in enumerate(regions):
        scale = region["original_width"] / 100, region["original_height"] / 100
        x, y, width, height = (
            region["value"][side] * scale[axis % 2] for axis, side in enumerate(["x", "y", "width", "height"])
        )
        corners = [complex(*corner) for corner in polygons[str(place)]]
        assert corners[0] == pytest.approx(complex(x, y), abs=1e-6)
        area = sum(
            (one.conjugate() * two).imag for one, two in zip(corners, corners[1:] + corners[:1], strict=True)
        )
        assert area / 2 == pytest.approx(width * height, abs=1e-2)
        turn = cmath.exp(1j * math.pi * region["value"]["rotation"] / 180)
        expected = [complex(x, y) + turn * side for side in (0, width, complex(width, height), height * 1j)]
        assert corners == pytest.approx(expected, abs=2e-6)
        xs, ys = [corner.real for corner in expected], [corner.imag for corner in expected]
        around = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
        assert boxes[str(place)] == pytest.approx(around, abs=2e-6)


# COCO.


def coco_file(folder: Path, annotations: list, name: str = "coco.json", /, **other) -> str:
    """An instances file with two images of 20 x 10 pixels, or with other images and categories."""
    content = {
        "info": {"date_created": "2024/03/05"},
        "images": [
            {"id": 1, "file_name": "one.jpg", "width": 20, "height": 10},
            {"id": 2, "file_name": "two.jpg", "width": 20, "height": 10},
        ],
        "categories": [{"id": 3, "name": "cat"}],
        "annotations": annotations,
    }
    return write(folder, {**content, **other}, name)


SQUARE = {"id": 8, "image_id": 1, "category_id": 3, "bbox": [2, 1, 4.5, 3]}
RING = {**SQUARE, "segmentation": [[2, 1, 6, 1, 6, 4, 2, 4]]}


def test_boxes_of_coco(tmp_path):
    """All boxes of an image are one label; an image without any is one too."""
    rows = load(tmp_path, "coco", coco_file(tmp_path, [SQUARE]), "--annotator", "ann")
    assert [(row["node_id"], row["feature_id"], row["label"], row["annotator_id"]) for row in rows] == [
        ("coco/1", "one.jpg", '[{"class":"cat","bbox":[2,1,4.5,3]}]', "ann"),
        ("coco/2", "two.jpg", "[]", "ann"),
    ]
    assert rows[0]["recorded_at"] == datetime(2024, 3, 5, tzinfo=UTC)
    assert json.loads(rows[0]["attributes"]) == {"width": 20, "height": 10}
    box = load(tmp_path, "coco", coco_file(tmp_path, [SQUARE]), "--kind", "box")
    assert [row["label"] for row in box] == ["[2,1,4.5,3]"]


def test_polygons_and_masks_of_coco(tmp_path):
    """A polygon stays one, or is painted; run lengths come out uncompressed, compressed or not."""
    coco_mask = pytest.importorskip("pycocotools.mask", reason="pycocotools is not installed")
    import numpy as np

    polygon = load(tmp_path, "coco", coco_file(tmp_path, [RING]), "--kind", "polygon")
    assert polygon[0]["label"] == "[[2,1],[6,1],[6,4],[2,4]]"
    pixels = np.zeros((10, 20), dtype=np.uint8, order="F")
    pixels[1:4, 2:6] = 1
    counts = [21, 3, 7, 3, 7, 3, 7, 3, 146]
    compressed = coco_mask.encode(pixels)["counts"].decode()
    for segmentation in (
        RING["segmentation"],
        {"size": [10, 20], "counts": counts},
        {"size": [10, 20], "counts": compressed},
    ):
        mask = load(
            tmp_path,
            "coco",
            coco_file(tmp_path, [{**SQUARE, "segmentation": segmentation}]),
            "--kind",
            "mask",
        )
        assert json.loads(mask[0]["label"]) == {"size": [10, 20], "counts": counts}


def test_images_without_a_mask_of_coco(tmp_path, capsys):
    """An image without objects is an empty mask, if its size is told; an object has none to be empty."""
    runs = {**SQUARE, "id": None, "segmentation": {"size": [10, 20], "counts": [5, 195]}}
    images = [
        {"id": 1, "file_name": "one.jpg"},
        {"id": 2, "file_name": "two.jpg", "width": 20, "height": 10},
        {"id": 3, "file_name": "three.jpg", "width": 20, "height": 0},
    ]
    command = ["coco", coco_file(tmp_path, [runs], images=images), "--kind", "mask"]
    rows = load(tmp_path, *command)
    assert [(row["node_id"], row["feature_id"], row["label"]) for row in rows] == [
        ("coco/1", "one.jpg", '{"size":[10,20],"counts":[5,195]}'),
        ("coco/2", "two.jpg", '{"size":[10,20],"counts":[200]}'),
    ]
    assert "  1 images without a label of kind mask left out\n" in capsys.readouterr().out
    assert [row["node_id"] for row in load(tmp_path, *command, "--feature", "object")] == ["coco/1/1"]
    assert "left out" not in capsys.readouterr().out
    box = load(tmp_path, "coco", coco_file(tmp_path, [SQUARE], images=images), "--kind", "box")
    assert [row["node_id"] for row in box] == ["coco/1"]
    assert "  2 images without a label of kind box left out\n" in capsys.readouterr().out


def test_random_masks_survive_compression(tmp_path):
    """Also those that start with the object, and empty and full ones."""
    coco_mask = pytest.importorskip("pycocotools.mask", reason="pycocotools is not installed")
    import numpy as np

    dice = random.Random(5)
    masks = []
    for share in [0, 1, *(dice.random() for _ in range(60))]:
        height, width = dice.randint(1, 40), dice.randint(1, 40)
        pixels = [[dice.random() < share for _ in range(width)] for _ in range(height)]
        masks.append(np.asfortranarray(np.array(pixels, dtype=np.uint8)))
    results = [
        {"image_id": number, "category_id": 1, "score": 0.5,
         "segmentation": {"size": list(pixels.shape), "counts": coco_mask.encode(pixels)["counts"].decode()}}
        for number, pixels in enumerate(masks)
    ]  # fmt: skip
    rows = load(tmp_path, "coco", write(tmp_path, results), "--kind", "mask", "--recorded-at", STARTED)
    assert len(rows) == len(masks)
    for row in rows:
        label = json.loads(row["label"])
        value = [place % 2 for place, count in enumerate(label["counts"]) for _ in range(count)]
        expected = masks[int(row["feature_id"])]
        assert label["size"] == list(expected.shape)
        assert value == expected.flatten(order="F").tolist()
        assert 0 not in label["counts"][1:]


def test_crowd_regions_are_masks_and_no_objects(tmp_path, capsys):
    """An image that has nothing else was not found empty."""
    crowd = {**SQUARE, "id": 9, "iscrowd": 1, "segmentation": {"size": [10, 20], "counts": [5, 195]}}
    alone = {**crowd, "id": 10, "image_id": 2}
    file = coco_file(tmp_path, [{**RING, "iscrowd": 0}, crowd, alone])
    for kind in ("boxes", "box", "polygon"):
        assert [row["node_id"] for row in load(tmp_path, "coco", file, "--kind", kind)] == ["coco/1"]
        told = capsys.readouterr().out
        assert "  2 crowd regions (iscrowd: 1) left out\n" in told
        assert f"  1 images without a label of kind {kind} left out\n" in told
    results = write(tmp_path, [crowd], "results.json")
    assert load(tmp_path, "coco", results, "--recorded-at", STARTED) == []
    assert "  1 images without a label of kind boxes left out\n" in capsys.readouterr().out

    pytest.importorskip("pycocotools", reason="pycocotools is not installed")
    rows = load(tmp_path, "coco", file, "--kind", "mask", "--feature", "object")
    assert [row["node_id"] for row in rows] == ["coco/1/8", "coco/1/9", "coco/2/10"]
    assert "  2 crowd regions (iscrowd: 1) taken as masks\n" in capsys.readouterr().out


def test_lists_that_say_a_thing_twice_or_not_at_all(tmp_path):
    """The same image or category may stand twice; without a list of them any id is as good as another."""
    image, category = {"id": 1, "file_name": "one.jpg"}, {"id": 3, "name": "cat"}
    twice = {"images": [image, image], "categories": [category, {**category, "supercategory": "pet"}]}
    assert len(load(tmp_path, "coco", coco_file(tmp_path, [SQUARE], **twice))) == 1
    row = load(tmp_path, "coco", coco_file(tmp_path, [SQUARE], images=[], categories=[]))[0]
    assert (row["feature_id"], json.loads(row["label"])[0]["class"]) == ("1", "3")
    # Where classes are not read, a category without a name is as good as none.
    unnamed = {**SQUARE, "category_id": 0}
    assert len(load(tmp_path, "coco", coco_file(tmp_path, [unnamed]), "--kind", "box")) == 1
    # Each object is a feature by its own id, so that images of one name stay apart.
    images = [image, {**image, "id": 2}]
    objects = coco_file(tmp_path, [SQUARE, {**SQUARE, "id": 9, "image_id": 2}], images=images)
    rows = load(tmp_path, "coco", objects, "--kind", "box", "--feature", "object")
    assert [row["feature_id"] for row in rows] == ["one.jpg/8", "one.jpg/9"]


BAD_COCO = {
    "two objects": ([SQUARE, {**SQUARE, "id": 9}], "box", "has 2 objects on the image 'one.jpg'"),
    "polygon of two parts": ([{**RING, "segmentation": RING["segmentation"] * 2}], "polygon", "has 2 parts"),
    "short polygon": ([{**RING, "segmentation": [[1, 1, 2, 2]]}], "polygon", "is a polygon of 2 points"),
    "run lengths that do not fit": (
        [{**SQUARE, "segmentation": {"size": [10, 20], "counts": [5, 5]}}], "mask",
        "has run lengths that do not add up to its 10 x 20 pixels",
    ),
    "run lengths cut off": (
        [{**SQUARE, "segmentation": {"size": [5, 7], "counts": ";23000"}}], "mask",
        "has run lengths that do not add up to its 5 x 7 pixels",
    ),
    "negative run length": (
        [{**SQUARE, "segmentation": {"size": [10, 20], "counts": "@"}}], "mask",
        "annotation 1 has a negative run length",
    ),
    "run lengths of other characters": (
        [{**SQUARE, "segmentation": {"size": [5, 7], "counts": "  "}}], "mask",
        "has run lengths with characters that no compressed run lengths have",
    ),
    "run lengths that are texts": (
        [{**SQUARE, "segmentation": {"size": [10, 20], "counts": ["5", "195"]}}], "mask",
        "annotation 1 has '5' in its run lengths, where whole numbers belong",
    ),
    "run lengths below 0": (
        [{**SQUARE, "bbox": None, "segmentation": {"size": [10, 20], "counts": [-5, 205]}}], "box",
        "annotation 1 has -5 in its run lengths, where whole numbers belong",
    ),
    "run lengths of no size": (
        [{**SQUARE, "segmentation": {"counts": [5, 195]}}], "mask", "has run lengths without a size or counts",
    ),
    "run lengths of size 0": (
        [{**SQUARE, "segmentation": {"size": [0, 20], "counts": []}}], "mask",
        "has run lengths of the size [0, 20], where height and width belong",
    ),
    **{
        f"run lengths as wide as the image is high for a {kind}": (
            [{**SQUARE, "bbox": None, "segmentation": {"size": [20, 10], "counts": counts}}], kind,
            "annotation 1 has run lengths of the size [20, 10] on an image 10 pixels high and 20 wide; give the height",
        )
        for kind, counts in [("mask", [5, 195]), ("mask", "5S6"), ("box", [5, 195]), ("boxes", [5, 195])]
    },
    "run lengths of an odd size": (
        [{**SQUARE, "segmentation": {"size": ["10", 20], "counts": [200]}}], "mask",
        "annotation 1 is '10' high and 20 wide, where whole numbers of pixels belong",
    ),
    "no segmentation": ([SQUARE], "mask", "has no segmentation"),
    "empty segmentation": ([{**SQUARE, "segmentation": []}], "mask", "annotation 1 has an empty segmentation"),
    "nothing to take a box from": (
        [{"image_id": 1, "category_id": 3, "segmentation": []}], "boxes", "annotation 1 has an empty segmentation",
    ),
    "flat segmentation": (
        [{**SQUARE, "segmentation": [2, 1, 6, 1, 6, 4]}], "mask",
        "has 2 in its segmentation, where lists of numbers belong",
    ),
    **{
        f"odd polygon for a {kind}": (
            [{**SQUARE, "segmentation": [[2, 1, 6, 1, 6, 4, 2]]}], kind,
            "annotation 1 has a polygon of 7 numbers, which are not pairs of x and y",
        )
        for kind in ("polygon", "mask")
    },
    "mask of two points": ([{**RING, "segmentation": [[1, 1, 2, 2]]}], "mask", "is a polygon of 2 points"),
    "mask of words": (
        [{**SQUARE, "segmentation": [[2, 1, 6, "x", 6, 4]]}], "mask", "has 'x' where a number belongs",
    ),
    "bbox of nothing": ([{**SQUARE, "bbox": None}], "boxes", "annotation 1 has neither a bbox nor a segmentation"),
    "bbox of one text": (
        [{**SQUARE, "bbox": "1,2,3,4"}], "box", "has '1,2,3,4' for a bbox; it takes x, y, width, height",
    ),
    "no class": (
        [{"image_id": 1, "bbox": [1, 1, 1, 1]}], "boxes",
        "annotation 1 has no category_id, and an object of kind boxes has a class; take --kind box",
    ),
    "annotation that is no object": ([SQUARE, 5], "boxes", "annotation 2 is 5, where an object belongs"),
    "no image_id": ([{"id": 1}], "boxes", "annotation 1 has no image_id that is a number or a text"),
    "image without id": (
        {"images": [{"id": 1}, {"file_name": "two.jpg"}]}, "boxes",
        "number 2 of its images has no id that is a number or a text",
    ),
    "category without name": (
        {"categories": [{"id": 3}]}, "boxes", "number 1 of its categories has no name that is a number or a text",
    ),
    **{
        f"image of a used id with another {key}": (
            {"images": [{"id": 1, "file_name": "one.jpg", "width": 20}, {"id": 1, "file_name": "one.jpg", **other}]},
            "boxes", "number 2 of its images has the id 1 as another does that differs from it; give each an id",
        )
        for key, other in [("name", {"file_name": "two.jpg", "width": 20}), ("width", {"width": 30}), ("key", {})]
    },
    "category of a used id": (
        {"categories": [{"id": 3, "name": "cat"}, {"id": 4, "name": "dog"}, {"id": 3, "name": "dog"}]}, "boxes",
        "number 3 of its categories has the id 3 as another does that differs from it; give each an id of its own",
    ),
    "annotation of no image": (
        [SQUARE, {**SQUARE, "image_id": "1"}], "mask",
        "annotation 2 is on the image '1', which is not among the images of the file; add it to them or leave",
    ),
    "annotation of no category": (
        [{**SQUARE, "category_id": 4}], "boxes",
        "annotation 1 has the category_id 4, which is not among the categories of the file; add it to them, or take",
    ),
    "images of one name": (
        {"images": [{"id": 1, "file_name": "one.jpg"}, {"id": 2, "file_name": "one.jpg"}]}, "boxes",
        "has two images named 'one.jpg', which would be one feature; give one of them another name, or, if both",
    ),
    "no images": ({"images": None}, "boxes", "has nothing for 'images' where a list of objects belongs"),
    "image of an odd size": (
        {"images": [{"id": 1, "file_name": "one.jpg", "width": 20, "height": "10"}]}, "boxes",
        "image 'one.jpg' is '10' high and 20 wide, where whole numbers of pixels belong",
    ),
    "info as list": ({"info": ["2024"]}, "boxes", "does not say when its labels were made; give --recorded-at"),
    # What no check foresaw is told too.
    "category that is a list": (
        [{**SQUARE, "category_id": [3]}], "boxes",
        "image 'one.jpg' is not as its format says, which ended in TypeError: ",
    ),
    "huge coordinate": ([{**SQUARE, "bbox": [1, 1, 1e9, 1]}], "box", "which is not below 100 million"),
    "words for numbers": ([{**SQUARE, "bbox": [1, 1, "x", 1]}], "box", "has 'x' where a number belongs"),
}  # fmt: skip


@pytest.mark.parametrize(("annotations", "kind", "expected"), BAD_COCO.values(), ids=BAD_COCO.keys())
def test_bad_coco_is_refused(tmp_path, annotations, kind, expected):
    """One sentence that names the file and annotation."""
    if kind == "mask":
        pytest.importorskip("pycocotools", reason="pycocotools is not installed")
    content = annotations if isinstance(annotations, dict) else {"annotations": annotations}
    sentence = refusal(tmp_path, "coco", coco_file(tmp_path, [], **content), "--kind", kind)
    assert expected in sentence and "coco.json" in sentence


def test_published_results_of_coco(real_data, tmp_path):
    """Area and box of each of the makers' masks equal pycocotools' own; boxes come through as they are."""
    pytest.importorskip("pycocotools", reason="pycocotools is not installed")
    folder = real_data / "coco_results"
    labels = duckdb.sql(f"""
        select task, feature_id, label from '{folder}/label_nodes.parquet' order by node_id
    """).fetchall()
    for published, kind in [("coco_segm_rle", "mask"), ("coco_bbox", "box")]:
        results = [
            {"image_id": int(feature), **json.loads(label.replace("segm_rle", "segmentation"))}
            for task, feature, label in labels
            if task == published
        ]
        command = ["--kind", kind, "--feature", "object", "--recorded-at", STARTED]
        rows = load(tmp_path, "coco", write(tmp_path, results), *command)
        assert len(rows) == len(results) > 700
        if kind == "box":
            assert sorted(json.loads(row["label"]) for row in rows) == sorted(
                result["bbox"] for result in results
            )
            continue
        found = []
        for row in rows:
            label = json.loads(row["label"])
            height, width = label["size"]
            ends = [sum(label["counts"][: place + 1]) for place in range(len(label["counts"]))]
            runs = list(zip(ends[::2], ends[1::2], strict=False))
            rows_of = [
                (0, height - 1)
                if start // height != (end - 1) // height
                else (start % height, (end - 1) % height)
                for start, end in runs
            ]
            left, right = runs[0][0] // height, (runs[-1][1] - 1) // height
            top, bottom = min(first for first, _ in rows_of), max(last for _, last in rows_of)
            area = sum(label["counts"][1::2])
            box = left, top, right - left + 1, bottom - top + 1
            found.append((row["feature_id"].split("/")[0], height, width, area, *box))
        expected = duckdb.sql(f"""
            select feature_id::varchar, h, w, area, x::int, y::int, bw::int, bh::int
            from read_csv('{folder}/reference_rle_area_bbox.csv')
        """).fetchall()
        assert sorted(found) == sorted(expected)


# CVAT.

CVAT = """<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <task><id>3</id><assignee><username>ann</username></assignee></task>
    <dumped>2024-03-05 10:00:00.000000+00:00</dumped>
  </meta>
  <image id="0" name="one.jpg" width="6" height="4">
    <box label="car" source="manual" occluded="0" xtl="1.00" ytl="1.00" xbr="5.00" ybr="3.00"></box>
  </image>
  <image id="1" name="two.jpg" width="6" height="4">
    {elements}
  </image>
</annotations>
"""


def cvat_file(folder: Path, elements: str = "") -> str:
    """A file with a box on one image and these elements on another."""
    return write(folder, CVAT.replace("{elements}", elements), "cvat.xml")


def test_cvat_shapes(tmp_path, capsys):
    """Boxes of an image, upright or turned around their middle; polygons; masks within a rectangle; tags."""
    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    turned = '<box label="bus" xtl="1" ytl="1" xbr="5" ybr="3" rotation="90.00"/>'
    rows = load(tmp_path, "cvat", cvat_file(tmp_path, turned))
    assert [(row["node_id"], row["feature_id"], row["label"], row["annotator_id"]) for row in rows] == [
        ("cvat/0", "one.jpg", '[{"class":"car","bbox":[1,1,4,2]}]', "ann"),
        ("cvat/1", "two.jpg", '[{"class":"bus","bbox":[2,0,2,4]}]', "ann"),
    ]
    assert rows[0]["recorded_at"] == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert "1 rotated boxes became the upright boxes around them" in capsys.readouterr().out

    ring = '<polygon label="car" points="0.5,0;4,0;4,2.25"/>'
    polygons = load(tmp_path, "cvat", cvat_file(tmp_path, ring), "--kind", "polygon")
    assert [row["label"] for row in polygons] == ["[[1,1],[5,1],[5,3],[1,3]]", "[[0.5,0],[4,0],[4,2.25]]"]

    tags = '<tag label="night"/><tag label="dusk"><attribute name="sure">no</attribute></tag>'
    found = load(tmp_path, "cvat", cvat_file(tmp_path, tags), "--kind", "tags")
    assert [row["label"] for row in found] == ["[]", '["dusk","night"]']


def test_cvat_masks(tmp_path):
    """Row by row through a rectangle there, column by column through the image here."""
    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    pytest.importorskip("numpy", reason="numpy is not installed")
    # Of 6 x 4 pixels, in the rectangle 3 x 2 from (2, 1): .XX / X..
    mask = '<mask label="car" rle="1, 3, 2" left="2" top="1" width="3" height="2"/>'
    rows = load(tmp_path, "cvat", cvat_file(tmp_path, mask), "--kind", "mask")
    pixels = [
        ["......", "...XX.", "..X...", "......"][row][column] == "X"
        for column in range(6)
        for row in range(4)
    ]
    label = json.loads(rows[0]["label"])
    assert label["size"] == [4, 6]
    assert [place % 2 == 1 for place, n in enumerate(label["counts"]) for _ in range(n)] == pixels


def test_images_without_a_mask_of_cvat(tmp_path, capsys):
    """An image without shapes is an empty mask; one with other shapes was not found empty."""
    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    tagged = cvat_file(tmp_path, '<tag label="night"/>')
    rows = load(tmp_path, "cvat", tagged, "--kind", "mask")
    assert [(row["node_id"], row["feature_id"], row["label"]) for row in rows] == [
        ("cvat/1", "two.jpg", '{"size":[4,6],"counts":[24]}')
    ]
    told = capsys.readouterr().out
    assert "  1 images without a label of kind mask left out\n" in told
    assert "  2 elements that make no labels of kind mask left out\n" in told
    assert load(tmp_path, "cvat", tagged, "--kind", "mask", "--feature", "object") == []


def test_images_with_other_shapes_are_not_empty(tmp_path, capsys):
    """For boxes as for masks; tags say nothing of where something is, nor shapes of tags."""
    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    ring = '<polygon label="car" points="0.5,0;4,0;4,2.25"/>'
    for feature in ("image", "object"):
        rows = load(
            tmp_path, "cvat", cvat_file(tmp_path, f'{ring}<tag label="night"/>'), "--feature", feature
        )
        assert [row["node_id"] for row in rows] == ["cvat/0"]
        told = capsys.readouterr().out
        assert "  1 images without a label of kind boxes left out\n" in told
        assert "  2 elements that make no labels of kind boxes left out\n" in told
    for elements in ("", '<tag label="night"/>'):
        rows = load(tmp_path, "cvat", cvat_file(tmp_path, elements))
        assert [row["label"] for row in rows][1:] == ["[]"]
    assert [row["label"] for row in load(tmp_path, "cvat", cvat_file(tmp_path, ring), "--kind", "tags")] == [
        "[]"
    ] * 2


TASKS = """<meta>
    <project><id>1</id><tasks>
      <task><id>3</id><assignee><username>ann</username></assignee></task>
      <task><id>4</id><assignee><username>ben</username></assignee></task>
      <task><id>5</id><assignee></assignee></task>
    </tasks><assignee><username>lead</username></assignee></project>"""


@pytest.mark.parametrize(
    ("meta", "tasks", "annotators"),
    [
        (TASKS, ("3", "4"), ["ann", "ben"]),
        (TASKS, ("5", "9"), [None, None]),
        (TASKS, (None, "3"), [None, "ann"]),
        (TASKS.replace("ben", "ann").replace("<assignee></assignee>", "<assignee><username>ann</username></assignee>"),
         (None, "9"), ["ann", "ann"]),
        ("<meta><job><id>8</id><assignee><username>cy</username></assignee></job>", (None, None), ["cy", "cy"]),
        ("<meta><task><id>8</id><assignee></assignee></task>", (None, None), [None, None]),
        ("<meta>", (None, None), [None, None]),
    ],
    ids=["project", "no assignee or task", "no task", "all agree", "job", "task without", "nobody"],
)  # fmt: skip
def test_labels_are_their_tasks_assignees(tmp_path, meta, tasks, annotators):
    """Each image of a project names its task; without one, only an assignee of all tasks can be meant."""
    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    head, rest = CVAT.replace("{elements}", "").split("<dumped>")
    export = f"{head[: head.index('<meta>')]}{meta}<dumped>{rest}"
    for image, number in enumerate(tasks):
        if number:
            export = export.replace(f'<image id="{image}"', f'<image id="{image}" task_id="{number}"')
    file = write(tmp_path, export, "project.xml")
    assert [row["annotator_id"] for row in load(tmp_path, "cvat", file)] == annotators
    assert {row["annotator_id"] for row in load(tmp_path, "cvat", file, "--annotator", "dora")} == {"dora"}


BAD_CVAT = {
    "entities": (
        '<!DOCTYPE a [<!ENTITY b "c">]><annotations>&b;</annotations>',
        "declares a document type or entities",
    ),
    "an outer file": (
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><annotations/>',
        "declares a document type or entities",
    ),
    "cut off": ("<annotations><image", "is not XML"),
    "something else": ("<html></html>", "is not a CVAT file: it starts with <html>, not <annotations>"),
    "a video": ("<annotations><track id='0'/></annotations>", "holds tracks of a video"),
    "no time": (
        "<annotations><image id='0' name='a' width='1' height='1'/></annotations>",
        "give --recorded-at",
    ),
    "images of one id": (
        CVAT.replace('id="1"', 'id="0"'),
        "bad.xml has two images of the id 0, as a project of several subsets has; export its tasks one by one and",
    ),
    "images of one name": (
        CVAT.replace("two.jpg", "one.jpg"),
        "bad.xml has two images named 'one.jpg', which would be one feature; give one of them another name, or, if",
    ),
    "no size": (CVAT.replace('width="6"', 'width="x"'), "has 'x' where a number of pixels belongs"),
    "a box of words": (CVAT.replace('xtl="1.00"', 'xtl="left"'), "are not all numbers"),
    **{
        f"a box turned by {turn} for {kind}": (
            CVAT.replace('xtl="1.00"', f'rotation="{turn}" xtl="1.00"'),
            "bad.xml, image 0 has a box whose xtl, ytl, xbr, ybr and rotation are not all numbers",
            "--kind",
            kind,
        )
        for kind in ("boxes", "box", "polygon")
        for turn in ("x", "inf")
    },
    "a box of no class": (CVAT.replace('label="car"', ""), "bad.xml, image 0 has a box without a label"),
    **{
        f"a tag without a label for {kind}": (
            CVAT.replace("{elements}", "<tag/>"),
            "bad.xml, image 1 has a tag without a label",
            "--kind",
            kind,
        )
        for kind in ("tags", "class")
    },
    **{
        name: (
            CVAT.replace(
                "{elements}",
                f'<mask label="car" rle="{lengths}" left="{left}" top="1" width="3" height="2"/>',
            ),
            expected,
            "--kind",
            "mask",
        )
        for name, lengths, left, expected in [
            ("a mask too short", "1, 3", 2, "a mask whose run lengths do not add up to its 2 x 3 pixels"),
            ("a mask outside", "1, 3, 2", 4, "has a mask that reaches beyond the image"),
        ]
    },
    "two polygons of one image": (
        CVAT.replace("{elements}", '<polygon label="a" points="0,0;1,0;1,1"/>' * 2),
        "bad.xml, image 1 has 2 elements of kind polygon, and a label is one; take --feature object",
        "--kind",
        "polygon",
    ),
    # What no check foresaw is told too.
    "a number too long": (
        CVAT.replace('width="6"', f'width="{"9" * 5000}"'),
        "bad.xml, image 0 is not as its format says, which ended in ValueError: Exceeds the limit",
    ),
}


@pytest.mark.parametrize(
    ("content", "expected", "options"),
    [(content, expected, options) for content, expected, *options in BAD_CVAT.values()],
    ids=BAD_CVAT.keys(),
)
def test_bad_cvat_is_refused(tmp_path, content, expected, options):
    """One sentence; files that declare entities are not read at all."""
    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    assert expected in refusal(tmp_path, "cvat", write(tmp_path, content, "bad.xml"), *options)


BAD_ANNOTATORS = {
    "no object": '["dora"]',
    "no names": '{"4": null}',
}


@pytest.mark.parametrize("content", BAD_ANNOTATORS.values(), ids=BAD_ANNOTATORS.keys())
def test_bad_annotators_are_refused(tmp_path, content):
    """The sentence shows what belongs there."""
    command = ["label-studio", write(tmp_path, []), "--annotators", write(tmp_path, content, "who.json")]
    expected = 'who.json is no JSON object from user id to annotator id, such as {"4": "dora"}'
    assert expected in refusal(tmp_path, *command)


def test_outputs_that_cannot_be_written_are_named(tmp_path):
    """A folder that is not there, before anything is read, and a folder in the file's place."""
    missing = tmp_path / "nowhere"
    expected = f"cannot be written, because there is no folder {missing}; make it first. Nothing was written."
    with pytest.raises(SystemExit, match=expected):
        load_labels.main(["coco", "unread.json", "-o", str(missing / "labels.parquet")])
    (tmp_path / "labels.parquet").mkdir()
    with pytest.raises(SystemExit, match="labels.parquet cannot be written: Is a directory"):
        load(tmp_path, "label-studio", write(tmp_path, [task([choice("cat")])]))
    assert list(tmp_path.glob("*.unfinished")) == []


def test_missing_packages_are_named(tmp_path, monkeypatch):
    """With the command of the README."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    advice = ".venv/bin/pip install '.[loaders]'"
    sentence = refusal(tmp_path, "label-studio", write(tmp_path, [task([choice("cat")])]))
    assert f"pyarrow is not installed; run {advice}. Nothing" in sentence
    assert f"`{advice}`" in load_labels.__doc__ and f"`{advice}`" in (REPOSITORY / "README.md").read_text()


@pytest.mark.parametrize("on_a_terminal", [True, False])
def test_progress_is_told_on_a_terminal(tmp_path, capsys, monkeypatch, on_a_terminal):
    """Every second how many there have been, and at the end nothing is left of it; a log gets none of it."""
    seconds = itertools.count(step=0.6)
    monkeypatch.setattr(contract, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: on_a_terminal)
    exported = write(tmp_path, [task([choice("cat")], number) for number in range(1, 6)])
    assert len(load(tmp_path, "label-studio", exported)) == 5
    expected = "\r2 tasks\r4 tasks\r\033[K" if on_a_terminal else ""
    assert capsys.readouterr().err == expected


def test_missing_files_are_named(tmp_path):
    """Whatever the format."""
    assert "nowhere.json cannot be read: No such file" in refusal(tmp_path, "coco", "nowhere.json")
    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    assert "nowhere.xml cannot be read: No such file" in refusal(tmp_path, "cvat", "nowhere.xml")


@pytest.mark.long
def test_what_is_loaded_is_admitted(tmp_path):
    """Shapes of every format and kind enter the ledger as their kind asks for."""
    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    pytest.importorskip("pycocotools", reason="pycocotools is not installed")
    cars = rectangle(30.5, x=1 / 3, y=0.00001, width=20, height=30)
    exported = write(tmp_path, [task([{**cars, "from_name": "boxes", "score": 0.25}])], "studio.json")
    ring = {**RING, "segmentation": [[2.123456789, 1e-7, 6, 1, 6, 4]]}
    settings, files = [], []
    for kind, command in {
        "boxes": ["label-studio", exported],
        "polygon": ["coco", coco_file(tmp_path, [ring])],
        "mask": ["coco", coco_file(tmp_path, [RING], "mask.json")],
        "box": ["cvat", cvat_file(tmp_path)],
    }.items():
        kinds = [] if kind == "boxes" else ["--kind", kind, "--task", kind]
        files.append(str(tmp_path / f"{kind}.parquet"))
        load_labels.main([*command, *kinds, "-o", files[-1]])
        settings.append({"name": kind, "task": kind, "kind": kind, "consolidation": "latest"})
    warehouse = Warehouse(tmp_path)
    warehouse.settings = {"label_nodes": files, "datasets": settings, "release_every": None}
    warehouse.build()
    assert warehouse.query("select * from rejected_label_nodes") == []
    # The other image of the file of masks has none: its empty mask is a label.
    assert warehouse.query("select dataset from training_set order by 1") == [
        ("box",), ("boxes",), ("mask",), ("mask",), ("polygon",),
    ]  # fmt: skip


@pytest.mark.long
def test_a_later_export_brings_what_changed(tmp_path, capsys):
    """Exports of one project, week after week: a changed label replaces the one before, the rest is left out."""
    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    bus = '<box label="bus" occluded="0" xtl="2" ytl="0" xbr="4" ybr="4"/>'
    weeks, exports = [], [("05", "", ""), ("12", bus, ""), ("19", bus, "two.jpg"), ("26", "", "two.jpg")]
    for day, elements, gone in exports:
        export = CVAT.replace("{elements}", elements).replace("2024-03-05", f"2024-03-{day}")
        # In the last weeks the export lacks an image.
        export = export.replace('id="0" name="one.jpg"', 'id="9" name="new.jpg"') if gone else export
        weeks.append(str(tmp_path / f"week{day}.parquet"))
        after = ["--after", *weeks[:-1]] if weeks[:-1] else []
        command = ["cvat", write(tmp_path, export, f"{day}.xml"), "--name", "p", *after]
        load_labels.main([*command, "-o", weeks[-1]])
    assert "1 labels that the file no longer has, left as they are" in capsys.readouterr().out
    rows = duckdb.sql(
        f"select node_id, parent_ids, feature_id, label <> '[]' from read_parquet({weeks}) order by recorded_at, node_id"
    ).fetchall()
    assert rows == [
        ("p/0", [], "one.jpg", True),
        ("p/1", [], "two.jpg", False),
        ("p/1@20240312T100000000000Z", ["p/1"], "two.jpg", True),
        ("p/9", [], "new.jpg", True),
        ("p/1@20240326T100000000000Z", ["p/1@20240312T100000000000Z"], "two.jpg", False),
    ]
    warehouse = Warehouse(tmp_path)
    warehouse.settings = {
        "label_nodes": weeks,
        "datasets": [{"name": "cars", "kind": "boxes", "consolidation": "latest"}],
        "release_every": None,
    }
    warehouse.build()
    assert warehouse.query("select * from rejected_label_nodes") == []
    assert warehouse.query("select feature_id, n_labels from training_set order by 1") == [
        ("new.jpg", 1), ("one.jpg", 1), ("two.jpg", 1),
    ]  # fmt: skip


def test_a_question_beside_that_of_the_queue_is_no_answer_to_it(tmp_path, capsys):
    """Only the control `label`, or the one that is named, settles what was asked; the rest is counted."""
    asked = {"feature_id": "one.jpg", "task": "animal", "kind": "class", "leaf_node_ids": ["a", "b"]}
    comment = {"from_name": "comment", "to_name": "item", "type": "textarea", "value": {"text": ["blurred"]}}
    answered = task([choice("dog"), choice("sure", from_name="certainty"), comment], 1)
    other = task([choice("cat", from_name="verdict"), choice("sure", from_name="certainty")], 2)
    for each in (answered, other):
        each["data"]["label_lineage"] = asked
    rows = load(tmp_path, "label-studio", write(tmp_path, [answered, other]))
    assert [(row["node_id"], row["label"], row["parent_ids"]) for row in rows] == [
        ("label-studio/annotation/1/label", "dog", ["a", "b"])
    ]
    told = capsys.readouterr().out
    for control, count in (("certainty", 2), ("comment", 1), ("verdict", 1)):
        assert (
            f"{count} results of the control '{control}' of queued tasks left out; --control names the one "
            "that is read, label\n" in told
        )
    rows = load(tmp_path, "label-studio", write(tmp_path, [other]), "--control", "verdict")
    assert [(row["label"], row["parent_ids"]) for row in rows] == [("cat", ["a", "b"])]


QUEUED_EMPTY = [("tags", "[]"), ("boxes", "[]"), ("mask", '{"size":[5,4],"counts":[20]}')]


@pytest.mark.parametrize(("kind", "empty"), QUEUED_EMPTY)
def test_nothing_beside_another_question_is_an_answer_to_the_queue(tmp_path, capsys, kind, empty):
    """There are none, and one is sure of it. Drawn under a name that is not read, it may be the answer itself."""
    asked = {"feature_id": "f", "task": "t", "kind": kind, "leaf_node_ids": ["a", "b"], "size": [5, 4]}
    sure = choice("sure", from_name="certainty")
    exported = task([sure])
    exported["data"]["label_lineage"] = asked
    file = write(tmp_path, [exported])
    for options in ([], ["--control", "label", "--kind", "class"]):
        (row,) = load(tmp_path, "label-studio", file, *options)
        assert (row["task"], row["label"], row["parent_ids"]) == ("t", empty, ["a", "b"])
        assert "  1 results of the control 'certainty' of queued tasks left out" in capsys.readouterr().out
    if kind != "tags":
        drawn = {**(DOT if kind == "boxes" else stroke(BRUSHES[0])), "from_name": "verdict"}
        exported["annotations"][0]["result"] = [sure, drawn]
        file = write(tmp_path, [exported])
        assert load(tmp_path, "label-studio", file) == []
        told = capsys.readouterr().out
        assert "  1 answers without a result left out\n" in told
        assert (
            "  1 results of the control 'verdict' of queued tasks left out; --control names the one" in told
        )
        assert len(load(tmp_path, "label-studio", file, "--control", "verdict")) == 1


def test_results_of_coco_take_their_names_from_the_instances(tmp_path):
    """A model's boxes meet those that people drew; of images that it does not name it says nothing."""
    images = [{"id": 1, "file_name": "one.jpg", "width": 20, "height": 10}, {"id": 2, "file_name": "two.jpg"}]
    categories = [{"id": 3, "name": "cat"}]
    drawn = {"id": 9, "image_id": 1, "category_id": 3, "bbox": [1, 2, 3, 4]}
    instances = write(
        tmp_path,
        {
            "info": {"date_created": STARTED},
            "images": images,
            "categories": categories,
            "annotations": [drawn],
        },
        "instances.json",
    )
    results = [{"image_id": 1, "category_id": 3, "bbox": [1, 2, 3, 5], "score": 0.5}]
    found = write(tmp_path, results, "results.json")
    options = ["--recorded-at", STARTED, "--instances", instances]
    assert [row["feature_id"] for row in load(tmp_path, "coco", instances)] == ["one.jpg", "two.jpg"]
    (row,) = load(tmp_path, "coco", found, *options)
    assert (row["feature_id"], row["label"]) == ("one.jpg", '[{"class":"cat","bbox":[1,2,3,5],"score":0.5}]')
    unknown = write(tmp_path, [{**results[0], "image_id": 7}], "unknown.json")
    assert (
        "unknown.json, annotation 1 is on the image 7, which is not among the images of instances.json; add it"
        in refusal(tmp_path, "coco", unknown, *options)
    )
    assert (
        "instances.json is an instances file, which names its own images; leave --instances out"
        in refusal(tmp_path, "coco", instances, *options)
    )
    assert "results.json is no COCO instances file; --instances takes the one that the results" in refusal(
        tmp_path, "coco", found, "--recorded-at", STARTED, "--instances", found
    )


def test_an_annotation_that_was_edited_replaces_what_it_said(tmp_path, capsys):
    """Label Studio keeps the id of an edited annotation; copies of it name what they were copied from."""

    def annotation(number: int, label: str, updated: str, created: str = STARTED, **more) -> dict:
        return task([choice(label)], number, created_at=created, updated_at=updated, **more)["annotations"][0]

    second, third, fourth = (f"2024-03-{day}T10:00:00Z" for day in ("06", "07", "08"))
    weeks = [
        [annotation(1, "cat", STARTED), annotation(2, "cow", STARTED)],
        [annotation(1, "dog", second), annotation(2, "cow", second, lead_time=3)],
        [
            annotation(1, "fox", fourth),
            annotation(2, "cow", second),
            annotation(3, "hen", STARTED, parent_annotation=1),
            annotation(4, "owl", third, third, parent_annotation=1),
            annotation(5, "emu", fourth, fourth, parent_annotation=1),
        ],
    ]
    written = []
    for number, answers in enumerate(weeks, start=1):
        export = {"id": 1, "data": {}, "annotations": answers}
        after = ["--after", *written] if written else []
        command = ["label-studio", write(tmp_path, [export], f"week{number}.json"), *after]
        written.append(str(tmp_path / f"week{number}.parquet"))
        load_labels.main([*command, "-o", written[-1]])
    assert "1 labels left out that did not change since" in capsys.readouterr().out
    first = "label-studio/annotation/1/label"
    in_march, in_the_end = f"{first}@20240306T100000000000Z", f"{first}@20240308T100000000000Z"
    rows = duckdb.sql(
        f"select label, node_id, parent_ids from read_parquet({written}) order by label"
    ).fetchall()
    assert {label: (node_id, parents) for label, node_id, parents in rows} == {
        "cat": (first, []),
        "cow": ("label-studio/annotation/2/label", []),
        "dog": (in_march, [first]),
        "fox": (in_the_end, [in_march]),
        "hen": ("label-studio/annotation/3/label", [first]),
        "owl": ("label-studio/annotation/4/label", [in_march]),
        "emu": ("label-studio/annotation/5/label", [in_the_end]),
    }


def test_a_copy_of_what_is_gone_is_linked_to_what_is_known(tmp_path, capsys):
    """The original was skipped or emptied since it was copied, or predictions are left out: its label is known."""
    earlier = task([choice("cat")], 1)
    earlier["predictions"] = [{"id": 5, "result": [choice("cow")], "created_at": STARTED}]
    first = str(tmp_path / "first.parquet")
    load_labels.main(["label-studio", write(tmp_path, [earlier]), "-o", first])
    in_time, late = "2024-03-06T10:00:00Z", "2024-03-07T10:00:00Z"
    original, prediction = "label-studio/annotation/1/label", "label-studio/prediction/5/label"
    copies = {"created_at": in_time, "updated_at": in_time}
    for change in ({"was_cancelled": True}, {"result": []}, {"result": [choice("dim", from_name="light")]}):
        later = task([choice("cat")], 1, updated_at=late)
        later["annotations"][0] |= change
        later["annotations"] += [
            task([choice("dog"), choice("red", from_name="hue")], 2, parent_annotation=1, **copies)[
                "annotations"
            ][0],
            task([choice("fox")], 3, parent_prediction=5, **copies)["annotations"][0],
        ]
        command = ["label-studio", write(tmp_path, [later]), "--no-predictions"]
        rows = load(tmp_path, *command, "--after", first)
        parents = {row["label"]: row["parent_ids"] for row in rows if row["task"] != "light"}
        assert parents == {"dog": [original], "red": [], "fox": [prediction]}
        assert "parents left out" not in capsys.readouterr().out
        # Of labels that nobody knows none is a parent.
        assert {len(row["parent_ids"]) for row in load(tmp_path, *command) if row["label"] != "cat"} == {0}
        assert "  1 parents left out with the predictions\n" in capsys.readouterr().out


def test_who_edits_a_label_has_made_the_new_one(tmp_path, capsys):
    """The first label stays that of who completed the annotation, and another name alone is no change."""
    who = write(tmp_path, {"7": "ann", "9": "dora"}, "who.json")
    written = []
    for day, label, editor in [(5, "cat", 7), (6, "dog", {"id": 9}), (7, "dog", 9), (8, "fox", None)]:
        exported = task([choice(label)], updated_at=f"2024-03-{day:02}T10:00:00Z", updated_by=editor)
        after = ["--after", *written] if written else []
        command = ["label-studio", write(tmp_path, [exported]), "--annotators", who, *after]
        written.append(str(tmp_path / f"day{day}.parquet"))
        load_labels.main([*command, "-o", written[-1]])
    rows = duckdb.sql(
        f"select label, annotator_id from read_parquet({written}) order by recorded_at"
    ).fetchall()
    assert rows == [("cat", "ann"), ("dog", "dora"), ("fox", "ann")]
    assert "though their annotator did" not in capsys.readouterr().out
    # An annotation that was edited before it was first exported is of who completed it.
    exported = task([choice("cat")], updated_by=9)
    assert load(tmp_path, "label-studio", write(tmp_path, [exported]))[0]["annotator_id"] == "7"


def test_a_copy_of_an_answer_replaces_it(tmp_path, capsys):
    """Of two answers to a queued task one started from the other, so they are no fork; a skipped one is none."""
    asked = {"feature_id": "f", "task": "animal", "kind": "class", "leaf_node_ids": ["a", "b"]}
    late = "2024-03-06T10:00:00Z"
    exported = task([choice("cat")], 1, parent_prediction=5)
    exported["data"]["label_lineage"] = asked
    for number, parent in [(2, 1), (3, 4), (4, None), (5, 99)]:
        exported["annotations"] += task(
            [choice("dog")],
            number,
            parent_annotation=parent,
            was_cancelled=number == 4,
            created_at=late,
            updated_at=late,
        )["annotations"]
    first, later = str(tmp_path / "first.parquet"), "2024-03-07T10:00:00Z"

    def parents(rows: list[dict]) -> dict[str, list[str]]:
        return {row["node_id"].removeprefix("label-studio/annotation/"): row["parent_ids"] for row in rows}

    original = "label-studio/annotation/1/label"
    command = ["label-studio", write(tmp_path, [exported])]
    assert parents(load(tmp_path, *command)) == {
        "1/label": ["a", "b"], "2/label": [original], "3/label": ["a", "b"], "5/label": ["a", "b"],
    }  # fmt: skip
    assert "parents left out" not in capsys.readouterr().out
    # Skipped since, it is still the parent of what was copied from it.
    load_labels.main([*command, "-o", first])
    exported["annotations"][0] |= {"was_cancelled": True, "updated_at": later}
    copy = {"parent_annotation": 1, "created_at": later, "updated_at": later}
    exported["annotations"] += task([choice("owl")], 6, **copy)["annotations"]
    rows = load(tmp_path, "label-studio", write(tmp_path, [exported]), "--after", first)
    assert parents(rows) == {"6/label": [original]}


def test_a_mask_that_was_emptied_keeps_its_size(tmp_path, capsys):
    """Nothing else of its task says how large its image is, but what was written of the earlier export."""
    weeks = [[stroke(BRUSHES[0])], [], [], [stroke(BRUSHES[1])]]
    written = []
    for week, drawn in enumerate(weeks, start=1):
        exported = write(tmp_path, [task(drawn, updated_at=f"2024-03-0{week}T10:00:00Z")])
        after = ["--after", *written] if written else []
        written.append(str(tmp_path / f"week{week}.parquet"))
        command = ["label-studio", exported, "--control", "label", "--kind", "mask", *after]
        load_labels.main([*command, "-o", written[-1]])
    rows = duckdb.sql(
        f"select node_id, parent_ids, label from read_parquet({written}) order by recorded_at"
    ).fetchall()
    first, emptied, redrawn = [node_id for node_id, _, _ in rows]
    assert [parents for _, parents, _ in rows] == [[], [first], [emptied]]
    assert json.loads(rows[1][2]) == {"size": [5, 4], "counts": [20]}
    assert "no longer has" not in capsys.readouterr().out
    # Where masks differ in size, nobody knows which of them an empty one has.
    two = task([stroke(BRUSHES[0])], 1)
    other = stroke(brush.encode(4, 4, [15, 1]), 4, 4)
    two["annotations"] += task([other], 2)["annotations"]
    load_labels.main(["label-studio", write(tmp_path, [two]), "-o", written[0]])
    for annotation in two["annotations"]:
        annotation["result"] = []
    assert load(tmp_path, *command[:1], write(tmp_path, [two]), *command[2:6], "--after", written[0]) == []


PLACED = {
    "object of CVAT": (
        ["cvat", "--kind", "box", "--feature", "object"],
        "cvat.xml, image 0, box 1 has no id, only a place in the file, which another may have in a later export, so "
        "--after cannot tell what changed; take --kind boxes or tags, or --feature image where",
    ),
    "annotation without id": (
        ["coco", "--kind", "box", "--feature", "object"],
        "coco.json, annotation 1 has no id, only a place in the file, which another may have in a later export, so "
        "--after cannot tell what changed; give each annotation an id, or take --feature image where an image has one",
    ),
}


@pytest.mark.parametrize(("command", "expected"), PLACED.values(), ids=PLACED.keys())
def test_labels_without_ids_cannot_follow(tmp_path, command, expected):
    """With the first of three deleted, the second would be a correction of it."""
    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    file = {
        "cvat": cvat_file(tmp_path),
        "coco": coco_file(tmp_path, [{**SQUARE, "id": None}]),
    }[command[0]]
    first = ["-o", str(tmp_path / "first.parquet")]
    load_labels.main([command[0], file, *command[1:], *first])
    assert expected in refusal(tmp_path, command[0], file, *command[1:], "--after", first[1])
    # As one label of its image, each can.
    for kind in ("boxes", "box"):
        load_labels.main([command[0], file, "--kind", kind, *first])
        assert load(tmp_path, command[0], file, "--kind", kind, "--after", first[1]) == []


MASKS = {
    "coco": lambda folder, day, number: coco_file(
        folder,
        [{**SQUARE, "id": 7, "image_id": 2, "segmentation": {"size": [10, 20], "counts": [9, 191]}}]
        + [{**SQUARE, "id": number, "segmentation": {"size": [10, 20], "counts": [number, 200 - number]}}]
        * bool(number),
        info={"date_created": day},
    ),
    "cvat": lambda folder, day, number: write(
        folder,
        CVAT.replace("2024-03-05", day)
        .replace("<box", "<!--")
        .replace("</box>", "-->")
        .replace(
            "{elements}",
            f'<mask label="car" rle="{number}, {6 - number}" left="2" top="1" width="3" height="2"/>' if number else "",
        ),
        "cvat.xml",
    ),
}  # fmt: skip


@pytest.mark.parametrize("tool", MASKS)
def test_a_mask_keeps_its_id_when_drawn_anew(tmp_path, tool):
    """Found empty, drawn, emptied and drawn again under another id of the tool: one chain of labels."""
    for package in ("defusedxml", "numpy", "pycocotools"):
        pytest.importorskip(package, reason=f"{package} is not installed")
    written, found = [], []
    for week, number in enumerate((0, 1, 0, 2), start=1):
        file = MASKS[tool](tmp_path, f"2024-03-0{week}", number)
        after = ["--after", *written] if written else []
        written.append(str(tmp_path / f"week{week}.parquet"))
        load_labels.main([tool, file, "--kind", "mask", "--name", "p", *after, "-o", written[-1]])
        image = {"coco": "one.jpg", "cvat": "two.jpg"}[tool]
        found += duckdb.execute(
            "select node_id, parent_ids, label::json->'counts' from read_parquet(?) where feature_id = ?",
            [written[-1], image],
        ).fetchall()
    assert len(found) == 4
    assert [parents for _, parents, _ in found] == [[], *([node_id] for node_id, _, _ in found[:-1])]
    assert found[0][2] == found[2][2] and len({counts for _, _, counts in found}) == 3


def test_one_export_follows_at_a_time(tmp_path):
    """Of two at once both would be children of the label before them: a fork where there is a chain."""
    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    load_labels.main(["cvat", cvat_file(tmp_path), "--name", "p", "-o", str(tmp_path / "first.parquet")])
    later = [
        write(tmp_path, CVAT.replace("2024-03-05", f"2024-{month}-05").replace("car", sort), f"{month}.xml")
        for month, sort in [("04", "bus"), ("05", "van")]
    ]
    assert (
        "the node id 'p/0' comes twice in the inputs; load exports of one project one after the other, each --after"
        in refusal(tmp_path, "cvat", *later, "--name", "p", "--after", str(tmp_path / "first.parquet"))
    )


def studio_file(folder: Path, labels: list[tuple], updated: str = STARTED) -> str:
    """An export of a task for each number, label and user."""
    tasks = [
        task([choice(label)], number, updated_at=updated, completed_by=user) for number, label, user in labels
    ]
    return write(folder, tasks, "studio.json")


def test_ids_that_are_places_cannot_follow(tmp_path):
    """An image went, and the next has its number: the ledger would refuse its label as one of another feature."""
    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    first = str(tmp_path / "first.parquet")
    command = ["cvat", cvat_file(tmp_path), "--name", "p"]
    load_labels.main([*command, "-o", first])
    start, end = CVAT.index('<image id="0"'), CVAT.index('<image id="1"')
    shifted = (CVAT[:start] + CVAT[end:].replace('id="1"', 'id="0"')).replace("2024-03-05", "2024-03-12")
    assert (
        "the label 'p/0' is of the feature 'two.jpg', and of 'one.jpg' in the files of --after, which cannot follow ids "
        "that are places in a file; export each task of the tool by itself, give images and annotations ids that stay, "
        "or take the options of the earlier command. Nothing"
    ) in refusal(tmp_path, "cvat", write(tmp_path, shifted, "p.xml"), *command[2:], "--after", first)
    assert (
        "the label 'p/0' is of the task 'cars', and of 'default' in the files of --after, which"
        in refusal(tmp_path, *command, "--task", "cars", "--after", first)
    )


def test_an_annotator_alone_is_no_change(tmp_path, capsys):
    """Whom the tool names now, or how the names of --annotators call them, made no label; a new label is theirs."""
    first = str(tmp_path / "first.parquet")
    load_labels.main(["label-studio", studio_file(tmp_path, [(1, "cat", 7), (2, "dog", 8)]), "-o", first])
    later = studio_file(tmp_path, [(1, "cat", 7), (2, "fox", 8)], updated="2024-03-06T10:00:00Z")
    who = write(tmp_path, {"7": "ann", "8": "dora"}, "who.json")
    rows = load(tmp_path, "label-studio", later, "--annotators", who, "--after", first)
    assert [(row["label"], row["annotator_id"]) for row in rows] == [("fox", "dora")]
    assert (
        "  1 labels left out that did not change since, though their annotator did\n"
        in capsys.readouterr().out
    )
    # Without a new time stamp, only a command that can give one says so.
    older = studio_file(tmp_path, [(1, "cow", 7)])
    assert "which is not older; give --after older files only. Nothing" in refusal(
        tmp_path, "label-studio", older, "--after", first
    )

    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    load_labels.main(["cvat", cvat_file(tmp_path), "-o", first])
    reassigned = write(tmp_path, Path(cvat_file(tmp_path)).read_text().replace(">ann<", ">ben<"), "cvat.xml")
    assert load(tmp_path, "cvat", reassigned, "--after", first) == []
    assert (
        "  2 labels left out that did not change since, though their annotator did\n"
        in capsys.readouterr().out
    )


def test_nothing_can_be_followed(tmp_path):
    """Before the first label, and after the last."""
    first = str(tmp_path / "first.parquet")
    load_labels.main(["label-studio", studio_file(tmp_path, []), "-o", first])
    rows = load(tmp_path, "label-studio", studio_file(tmp_path, [(1, "cat", 7)]), "--after", first)
    assert [(row["label"], row["parent_ids"]) for row in rows] == [("cat", [])]
    after = ["--after", str(tmp_path / "labels.parquet")]
    load_labels.main(["label-studio", studio_file(tmp_path, []), *after, "-o", first])
    assert (
        "none of the labels is known to the files of --after; give the --name that made their node ids, or leave "
        "--after out where all labels are new. Nothing"
    ) in refusal(tmp_path, "label-studio", studio_file(tmp_path, [(2, "dog", 7)]), *after)


def test_no_file_that_is_read_is_overwritten(tmp_path):
    """Neither an input nor what an option names, however its path is written."""
    studio = ["label-studio", studio_file(tmp_path, [(1, "cat", 7)])]
    results = ["coco", write(tmp_path, [], "results.json"), "--instances"]
    for options in (["coco"], [*studio, "--annotators"], [*studio, "--after"], results):
        read = write(tmp_path, {}, "read.file")
        output = str(tmp_path / "." / ".." / tmp_path.name / "read.file")
        with pytest.raises(SystemExit) as stopped:
            load_labels.main([*options, read, "-o", output])
        expected = f"Label Lineage: {output} would overwrite {read}, which is read; name another file with -o. Nothing"
        assert str(stopped.value).startswith(expected)
        assert Path(read).read_text() == "{}"


def test_later_exports_that_cannot_follow_are_refused(tmp_path):
    """Another name, an older export, a file of something else."""
    pytest.importorskip("defusedxml", reason="defusedxml is not installed")
    load_labels.main(["cvat", cvat_file(tmp_path), "--name", "p", "-o", str(tmp_path / "first.parquet")])
    after = ["--after", str(tmp_path / "first.parquet")]
    older = CVAT.replace("{elements}", '<box label="bus" xtl="2" ytl="0" xbr="4" ybr="4"/>')
    older = write(tmp_path, older.replace("2024-03-05", "2024-03-04"), "older.xml")
    assert "none of the labels is known to the files of --after; give the --name that made their" in refusal(
        tmp_path, "cvat", cvat_file(tmp_path), "--name", "q", *after
    )
    sentence = refusal(tmp_path, "cvat", older, "--name", "p", *after)
    assert "the label 'p/1' was recorded at 2024-03-04 10:00:00 and changes one of 2024-03-05" in sentence
    assert "which is not older; give --after older files only, or --recorded-at. Nothing" in sentence
    assert "is no file that this program wrote" in refusal(
        tmp_path, "cvat", older, "--name", "p", "--after", older
    )
    assert "nowhere.parquet is no file that this program wrote" in refusal(
        tmp_path, "cvat", older, "--name", "p", "--after", str(tmp_path / "nowhere.parquet")
    )
