"""The review queue: what it holds, in which order, and the way through a person and back."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from warehouse import REPOSITORY, Warehouse

sys.path.insert(0, str(REPOSITORY / "scripts"))
import export_queue  # noqa: E402
import load_labels  # noqa: E402
from loaders import brush  # noqa: E402

QUEUE = """
    select dataset, feature_id, reason, is_fork, is_edit_war, has_label
    from review_queue order by dataset, priority
"""


def label(
    node: str, value: str | None, who: str, day: int, *parents: str, task: str = "animal", **more
) -> list[dict]:
    """The raw rows of a node: its feature is the part of its id before the dot."""
    row = {
        "node_id": node,
        "feature_id": node.split(".")[0],
        "task": task,
        "label": value,
        "annotator_id": who,
        "created_at": f"2024-01-{day:02d}",
        **more,
    }
    return [{**row, "parent_id": parent} for parent in parents] or [row]


SIZE = '{"width": 200, "height": 100}'
LABELS = [
    *label("tie.a", "cat", "ann", 1),
    *label("tie.b", "dog", "bob", 2),
    *label("fork.a", "cat", "ann", 1),
    *label("fork.b", "dog", "bob", 2, "fork.a"),
    *label("fork.c", "fox", "cleo", 3, "fork.a"),
    *label("outvoted.a", "cat", "ann", 1),
    *label("outvoted.b", "dog", "bob", 2, "outvoted.a"),
    *label("outvoted.c", "fox", "cleo", 3, "outvoted.a"),
    *label("outvoted.d", "dog", "eve", 2),
    *label("agreed.a", "cat", "ann", 1),
    *label("agreed.b", "dog", "bob", 2, "agreed.a"),
    *label("agreed.c", "dog", "cleo", 3, "agreed.a"),
    *label("mixed.a", "cat", "ann", 1),
    *label("mixed.b", "cat", "bob", 1),
    *label("mixed.c", "dog", "cleo", 1),
    *label("mixed.d", "fox", "dora", 1),
    *label("mixed.e", "owl", "eve", 1),
    *label("war.a", "cat", "ann", 1),
    *label("war.b", "dog", "bob", 2, "war.a"),
    *label("war.c", "cat", "ann", 3, "war.b"),
    *label("own.a", "cat", "ann", 1),
    *label("own.b", "dog", "bob", 2),
    *label("own.c", "dog", "bob", 3, "own.a", "own.b"),
    *label("fine.a", "cat", "ann", 1),
    *label("fine.b", "dog", "bob", 2),
    *label("fine.c", "dog", "dora", 3, "fine.a", "fine.b"),
    *label("close.a", "3", "ann", 1, task="age"),
    *label("close.b", "4", "bob", 1, task="age"),
    *label("close.c", "4", "cleo", 1, task="age"),
    *label("few.a", "cat", "ann", 1, task="pair"),
    *label("few2.a", "cat", "ann", 1, task="pair"),
    *label("words.a", "a red roof", "ann", 1, task="words"),
    *label("words.b", "a red rof", "bob", 1, task="words"),
    *label("tags.a", '["big", "red"]', "ann", 1, task="tags"),
    *label("tags.b", '["big"]', "bob", 1, task="tags"),
    *label("nothing.a", '["big"]', "ann", 1, task="tags"),
    *label("nothing.b", "[]", "bob", 1, task="tags"),
    *label("rank.a", '["b","c","a"]', "ann", 1, task="ranking"),
    *label("rank.b", '["d","b"]', "bob", 1, task="ranking"),
    *label("mask.a", '{"size":[2,3],"counts":[1,2,3]}', "ann", 1, task="mask"),
    *label("mask.b", '{"size":[2,3],"counts":[3,1,1,1]}', "bob", 1, task="mask"),
    *label("clear.a", '{"size":[2,3],"counts":[1,5]}', "ann", 1, task="mask"),
    *label("clear.b", '{"size":[2,3],"counts":[6]}', "bob", 1, task="mask"),
    *label("frames.a", '{"size":[2,3],"counts":[6]}', "ann", 1, task="mask"),
    *label("frames.b", '{"size":[2,3],"counts":[1,5]}', "bob", 1, task="mask"),
    *label("frames.c", '{"size":[3,2],"counts":[1,5]}', "cleo", 1, task="mask"),
    *label("box.a", "[10,20,30,40]", "ann", 1, task="box", attributes=SIZE),
    *label("box.b", "[10,20,30.5,40]", "bob", 1, task="box", attributes=SIZE),
    *label("boxes.a", '[{"class":"car","bbox":[10,20,30,40],"score":0.25}]', "ann", 1, task="boxes", attributes=SIZE),
    *label(
        "boxes.b", '[{"class":"car","bbox":[10,20,30,40]},{"class":"7","bbox":[0,0,200,100]}]', "bob", 1,
        task="boxes", attributes=SIZE,
    ),
    *label("empty.a", '[{"category_id":7,"bbox":[10,20,30,40]}]', "ann", 1, task="boxes", attributes=SIZE),
    *label("empty.b", "[]", "bob", 1, task="boxes", attributes=SIZE),
    *label("polygon.a", "[[10,20],[40,20],[40.5,60]]", "ann", 1, task="polygon", attributes=SIZE),
    *label("polygon.b", "[[10,20],[40,20],[40,60.25]]", "bob", 1, task="polygon", attributes=SIZE),
]  # fmt: skip
DATASETS = [
    {"name": "animals", "task": "animal", "min_agreement": 0.5},
    {"name": "ages", "task": "age", "min_agreement": 0, "min_margin": 0.5},
    {"name": "pairs", "task": "pair", "min_labels": 2},
    {"name": "words", "task": "words", "kind": "text", "consolidation": "medoid"},
    {"name": "tags", "task": "tags", "kind": "tags"},
    {"name": "masks", "task": "mask", "kind": "mask"},
    *(
        {"name": name, "task": task, "kind": task, "consolidation": "unanimous"}
        for name, task in [
            ("rankings", "ranking"),
            ("box", "box"),
            ("boxes", "boxes"),
            ("polygons", "polygon"),
        ]
    ),
]


@pytest.fixture(scope="module")
def labelled(tmp_path_factory) -> Warehouse:
    """Features that need a person for each reason there is, and one that needs nobody."""
    warehouse = Warehouse(tmp_path_factory.mktemp("labelled"))
    warehouse.settings = {
        "label_nodes": [str(warehouse.write_labels(LABELS)), str(warehouse.folder / "answers*.parquet")],
        "datasets": DATASETS,
        "release_every": None,
    }
    warehouse.write_labels([], name="answers0")
    outcome = warehouse.dbt("build", "--exclude-resource-type", "unit_test")
    assert outcome.success, outcome.output or outcome.messages
    return warehouse


def test_every_reason_is_told_once(labelled):
    """Open features first, those with most doubt before others; labels in dispute after them."""
    assert labelled.query(QUEUE) == [
        ("ages", "close", "low_margin", False, False, False),
        ("animals", "mixed", "low_agreement", False, False, False),
        ("animals", "tie", "tie", False, False, False),
        ("animals", "fork", "tie", True, False, False),
        ("animals", "war", "edit_war", False, True, True),
        ("animals", "outvoted", "fork", True, False, True),
        ("animals", "own", "four_eyes", False, False, True),
        ("box", "box", "tie", False, False, False),
        ("boxes", "boxes", "tie", False, False, False),
        ("boxes", "empty", "tie", False, False, False),
        ("masks", "frames", "size_mismatch", False, False, False),
        ("masks", "mask", "tie", False, False, False),
        ("masks", "clear", "tie", False, False, False),
        ("pairs", "few", "no_quorum", False, False, False),
        ("pairs", "few2", "no_quorum", False, False, False),
        ("polygons", "polygon", "tie", False, False, False),
        ("rankings", "rank", "tie", False, False, False),
        ("tags", "nothing", "tie", False, False, False),
        ("tags", "tags", "tie", False, False, False),
        ("words", "words", "tie", False, False, False),
    ]


def test_explain_says_that_masks_differ_in_size(labelled):
    """And how many there are of each."""
    arguments = json.dumps({"dataset": "masks", "feature_id": "frames"})
    assert (
        "frames is not in masks latest: its masks differ in size and wait for a human, leaves by size "
        '{"2 x 3": 2, "3 x 2": 1}'
    ) in labelled.dbt("run-operation", "explain", "--args", arguments).output


def test_doubt_is_what_the_history_says(labelled):
    """The sum over leaves of the overturn rates of author and class, in thousandths, from the raw rows."""
    nodes = {row["node_id"]: row for row in LABELS if row["task"] == "animal"}
    overturned = {
        row["parent_id"]
        for row in LABELS
        if row.get("parent_id") and row["label"] != nodes[row["parent_id"]]["label"]
    }

    def rate(column: str, value: str) -> int:
        those = [node for node, row in nodes.items() if row[column] == value]
        n_overturned = sum(node in overturned for node in those)
        return int(1000 * (n_overturned + 1) / (len(those) + 2) + 0.5)

    found = labelled.query(
        "select feature_id, doubt, leaf_node_ids from review_queue where dataset = 'animals'"
    )
    assert len(found) == 6
    for feature, doubt, leaves in found:
        expected = sum(
            rate("annotator_id", nodes[leaf]["annotator_id"]) + rate("label", nodes[leaf]["label"])
            for leaf in leaves
        )
        assert (feature, doubt) == (feature, expected)


@pytest.mark.parametrize(
    ("feature", "expected"),
    [
        ("fork", ["  leaves: a fork, fork.b, fork.c descend from fork.a"]),
        ("tie", ["  leaves: replicas, no two of the 2 share a root"]),
        ("war", []),
    ],
)
def test_explain_tells_forks_from_replicas(labelled, feature, expected):
    """One leaf is neither."""
    arguments = json.dumps({"dataset": "animals", "feature_id": feature})
    told = labelled.dbt("run-operation", "explain", "--args", arguments).output.splitlines()
    assert [line for line in told if line.startswith("  leaves: ")] == expected


def test_explain_tells_no_kinship_of_later(warehouse):
    """At the cutoff nobody knew that two labels had a root in common, so it is told of the head alone."""
    warehouse.settings = {"label_nodes": [str(warehouse.folder / "labels*.parquet")]}
    warehouse.write_labels(
        [*label("x.a", "cat", "ann", 1, "x.p"), *label("x.b", "dog", "bob", 2, "x.q")], name="labels1"
    )
    warehouse.build()
    late = [
        *label("x.r", "fox", "cleo", 3),
        *label("x.p", "fox", "dora", 4, "x.r"),
        *label("x.q", "fox", "emil", 5, "x.r"),
    ]
    warehouse.write_labels(late, name="labels2")
    warehouse.build()
    for version, expected in [("latest", ["  leaves: a fork, x.a, x.b descend from x.r"]), ("2024-01", [])]:
        arguments = json.dumps({"dataset": "animal", "feature_id": "x", "version": version})
        told = warehouse.dbt("run-operation", "explain", "--args", arguments).output.splitlines()
        assert [line for line in told if line.startswith("  leaves: ")] == expected, version


@pytest.mark.long
def test_explain_says_which_links_replace_nothing(warehouse):
    """A parent that has not come is awaited; one that came for another feature never replaces. A dataset may be called 5."""
    rows = [*label("x.a", "cat", "ann", 1, "y.a"), *label("x.b", "dog", "bob", 2, "x.c")]
    warehouse.settings = {"label_nodes": [str(warehouse.folder / "labels*.parquet")], "release_every": None}
    for name, found in [("labels1", rows), ("labels2", label("y.a", "fox", "cleo", 3))]:
        warehouse.write_labels([{**row, "task": "5"} for row in found], name=name)
        warehouse.build()
    told = warehouse.dbt("run-operation", "explain", "--args", "{dataset: 5, feature_id: x}").output
    assert "x.a  cat  by ann" in told and "does not replace, because they belong elsewhere: y.a" in told
    assert "x.b  dog  by bob" in told and "awaits x.c" in told
    for command, arguments, expected in [
        ("explain", "{dataset: 5}", "explain needs a dataset and a feature_id; write --args"),
        (
            "explain",
            "{dataset: 5, feature_id: z}",
            "the dataset '5' has no label for a feature \"z\"; feature ids are in",
        ),
        ("compare", "{dataset: 5}", "compare needs a dataset and an old version; write --args"),
        ("compare", "{dataset: 5, old: 7}", "the dataset '5' has no frozen version \"7\"; there is latest"),
    ]:
        outcome = warehouse.dbt("run-operation", command, "--args", arguments)
        assert not outcome.success
        assert expected in outcome.output


def answer(folder: Path, exported: list[dict], choose) -> str:
    """What Label Studio exports after a person has answered each task, in the shape of its JSON export.

    Args:
        folder: Where to write.
        exported: The tasks that were imported.
        choose: From the task's predictions to the results of the answer; None skips the task.

    Returns:
        The file.
    """
    answered = []
    for number, task in enumerate(exported, start=1):
        chosen = choose(task)
        predictions = [{"id": 10 * number + n, **one} for n, one in enumerate(task["predictions"])]
        annotation = {
            "id": 100 + number, "completed_by": {"id": 4},
            "result": [*(chosen or [])], "was_cancelled": chosen is None,
            "created_at": "2024-02-01T10:00:00Z", "updated_at": "2024-02-01T10:05:00Z", "lead_time": 3.5,
            "parent_prediction": predictions[0]["id"] if predictions else None, "parent_annotation": None,
        }  # fmt: skip
        answered.append(
            {"id": number, "data": task["data"], "predictions": predictions, "annotations": [annotation]}
        )
    path = folder / "export.json"
    path.write_text(json.dumps(answered))
    return str(path)


def test_queue_goes_out_comes_back_and_drains(labelled, tmp_path):
    """Every queued feature is answered in Label Studio; answers settle the leaves they were asked about."""
    warehouse = labelled
    tasks = []
    for dataset in (each["name"] for each in DATASETS):
        output = tmp_path / f"{dataset}.json"
        url = "image=https://host/{feature_id}.jpg"
        warehouse.export_queue("--dataset", dataset, "--data", url, "-o", str(output))
        tasks += json.loads(output.read_text())
    by_feature = {task["data"]["feature_id"]: task for task in tasks}
    assert len(tasks) == 20
    assert by_feature["tie"]["data"]["image"] == "https://host/tie.jpg"
    # Both sides of a tie, and of an edit war, stand side by side.
    for feature in ("tie", "war"):
        shown = [one["result"][0]["value"]["choices"] for one in by_feature[feature]["predictions"]]
        assert sorted(shown) == [["cat"], ["dog"]]

    # Masks that cannot lie on one image are not shown; of rankings, every item is.
    assert by_feature["frames"]["predictions"] == []
    assert [one["result"][0]["value"]["ranker"]["label"] for one in by_feature["rank"]["predictions"]] == [
        ["b", "c", "a", "d"],
        ["d", "b", "a", "c"],
    ]
    assert [item["id"] for item in by_feature["rank"]["data"]["items"]] == ["a", "b", "c", "d"]

    # All but one are answered as the last prediction says, or with a brush of one's own.
    drawn = {"format": "rle", "rle": brush.encode(3, 2, [2, 4])}
    own = {"from_name": "label", "type": "brush", "original_width": 2, "original_height": 3, "value": drawn}

    def choose(task: dict) -> list[dict] | None:
        if task["data"]["feature_id"] == "mixed":
            return None
        if task["data"]["feature_id"] == "few2":
            return [{"from_name": "label", "type": "choices", "value": {"choices": ["dog"]}}]
        return task["predictions"][-1]["result"] if task["predictions"] else [own]

    export = answer(tmp_path, tasks, choose)
    annotators = tmp_path / "annotators.json"
    annotators.write_text('{"4": "dora"}')
    answers = warehouse.folder / "answers1.parquet"
    command = ["label-studio", export, "--annotators", str(annotators)]
    load_labels.main([*command, "-o", str(answers)])
    before = warehouse.query("select count(*) from label_nodes")[0][0]
    outcome = warehouse.dbt("build", "--exclude-resource-type", "unit_test")
    assert outcome.success, outcome.output or outcome.messages
    assert warehouse.query("select count(*) from label_nodes") == [(before + 19,)]
    # Of one label where two are asked for, the answer is the second: it agrees, or a third settles it.
    assert warehouse.query("select dataset, feature_id, reason from review_queue order by all") == [
        ("animals", "mixed", "low_agreement"),
        ("pairs", "few2", "tie"),
    ]
    assert warehouse.query("select label, outcome, n_labels from training_set where feature_id = 'few'") == [
        ("cat", "consensus", 2)
    ]
    settled = warehouse.query("""
        select rows.feature_id, rows.label, rows.outcome, nodes.annotator_id, nodes.parent_ids
        from training_set as rows
        inner join label_nodes as nodes on nodes.node_id = rows.leaf_node_ids[1]
        where starts_with(nodes.node_id, 'label-studio')
        order by 1
    """)
    assert settled == [
        ("box", "[10,20,30.5,40]", "human", "dora", ["box.a", "box.b"]),
        (
            "boxes",
            '[{"class":"car","bbox":[10,20,30,40]},{"class":"7","bbox":[0,0,200,100]}]',
            "human",
            "dora",
            ["boxes.a", "boxes.b"],
        ),
        ("clear", '{"size":[2,3],"counts":[6]}', "human", "dora", ["clear.a", "clear.b"]),
        ("close", "4", "human", "dora", ["close.a", "close.b", "close.c"]),
        ("empty", "[]", "human", "dora", ["empty.a", "empty.b"]),
        ("fork", "fox", "human", "dora", ["fork.b", "fork.c"]),
        ("frames", '{"size":[3,2],"counts":[2,4]}', "human", "dora", ["frames.a", "frames.b", "frames.c"]),
        ("mask", '{"size":[2,3],"counts":[3,1,1,1]}', "human", "dora", ["mask.a", "mask.b"]),
        ("nothing", "[]", "human", "dora", ["nothing.a", "nothing.b"]),
        ("outvoted", "dog", "human", "dora", ["outvoted.b", "outvoted.c", "outvoted.d"]),
        ("own", "dog", "human", "dora", ["own.a", "own.b", "own.c"]),
        ("polygon", "[[10,20],[40,20],[40,60.25]]", "human", "dora", ["polygon.a", "polygon.b"]),
        ("rank", '["d","b","a","c"]', "human", "dora", ["rank.a", "rank.b"]),
        ("tags", '["big"]', "human", "dora", ["tags.a", "tags.b"]),
        ("tie", "dog", "human", "dora", ["tie.a", "tie.b"]),
        ("war", "cat", "single", "dora", ["war.c"]),
        ("words", "a red rof", "human", "dora", ["words.a", "words.b"]),
    ]

    # The same export again, under another name, changes nothing.
    state = [
        warehouse.query(f"select * from {table} order by all") for table in ("label_nodes", "training_set")
    ]
    load_labels.main([*command, "-o", str(warehouse.folder / "answers2.parquet")])
    warehouse.build()
    assert state == [
        warehouse.query(f"select * from {table} order by all") for table in ("label_nodes", "training_set")
    ]
    assert warehouse.query("select count(*) from rejected_label_nodes") == [(0,)]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            ["--dataset", "pets"],
            'Label Lineage: there is no dataset "pets"; there is buildings, roofs. Nothing was',
        ),
        (["--dataset", "roofs", "--data", "image"], "--data takes KEY=VALUE"),
    ],
)
def test_export_refuses_in_one_sentence(demo, tmp_path, command, expected):
    """And writes nothing."""
    with pytest.raises(SystemExit) as stopped:
        demo.export_queue(*command, "-o", str(tmp_path / "tasks.json"))
    assert expected in str(stopped.value)
    assert not (tmp_path / "tasks.json").exists()


def test_export_needs_a_folder(tmp_path):
    """It says so before it reads the queue."""
    with pytest.raises(SystemExit, match="there is no folder .*elsewhere; make it first"):
        export_queue.main(["--dataset", "roofs", "-o", str(tmp_path / "elsewhere" / "tasks.json")])


def test_export_says_where_it_cannot_write(demo, tmp_path):
    """The place of the file is a folder."""
    with pytest.raises(SystemExit, match="tasks cannot be written: Is a directory; name another with -o"):
        (tmp_path / "tasks").mkdir()
        demo.export_queue("--dataset", "roofs", "-o", str(tmp_path / "tasks"))


def test_forks_are_told_by_their_labels(warehouse):
    """An estimate may be nearly sure of leaves that agree and of leaves that differ; a mean is sure of nothing."""
    rows = []
    for task, same, other in [("animal", "cat", "dog"), ("age", "1.50", "2")]:
        for feature, values in [("agreeing", [same, same.rstrip("0")]), ("differing", [same, other])]:
            name = f"{feature}_{task}"
            rows += label(f"{name}.a", same, "ann", 1, task=task)
            rows += label(f"{name}.b", values[0], "bob", 2, f"{name}.a", task=task)
            rows += label(f"{name}.c", values[1], "cleo", 3, f"{name}.a", task=task)
    for number in range(30):
        true, false = ("cat", "dog") if number % 2 else ("dog", "cat")
        values = {
            "eve": true,
            "dora": true,
            "fay": true,
            "bob": true if number % 3 else false,
            "cleo": true if number % 5 > 1 else false,
        }
        for who, value in values.items():
            rows += label(f"known{number}.{who}", value, who, 1, task="animal")
    warehouse.settings = {
        "label_nodes": [str(warehouse.write_labels(rows))],
        "datasets": [
            {
                "name": "animals",
                "task": "animal",
                "consolidation": "one_coin_dawid_skene",
                "min_agreement": 0,
            },
            {"name": "ages", "task": "age", "kind": "number", "consolidation": "mean"},
        ],
        "release_every": None,
    }
    warehouse.build()
    assert warehouse.query(QUEUE) == [
        ("ages", "differing_age", "fork", True, False, True),
        ("animals", "differing_animal", "fork", True, False, True),
    ]
    [(confidence,)] = warehouse.query(
        "select confidence from training_set where feature_id = 'agreeing_animal'"
    )
    assert confidence < 1


@pytest.mark.long
def test_attributes_in_any_form_are_exported(warehouse, tmp_path):
    """Nobody promised that they are JSON objects; only shapes read them."""
    given = ["no json", "[1, 2]", '"text"', '{"width": 3}', None]
    rows = [
        {"node_id": str(place), "feature_id": "f", "label": f"class {place}", "recorded_at": "2024-01-05", "attributes": text}
        for place, text in enumerate(given)
    ]  # fmt: skip
    warehouse.settings = {"label_nodes": [str(warehouse.write_labels(rows))], "release_every": None}
    warehouse.build()
    warehouse.export_queue("--dataset", "default", "-o", str(tmp_path / "tasks.json"))
    [task] = json.loads((tmp_path / "tasks.json").read_text())
    assert len(task["predictions"]) == len(given)


@pytest.mark.long
def test_who_confirms_a_merge_settles_it(warehouse, tmp_path):
    """Two labels are asked for: a second person's word on a merge is a merge as well, not one label again."""
    rows = [
        *label("own.a", "cat", "ann", 1),
        *label("own.b", "dog", "bob", 2),
        *label("own.m", "dog", "ann", 3, "own.a", "own.b", "elsewhere.a"),
    ]
    warehouse.settings = {
        "label_nodes": [str(warehouse.folder / "labels*.parquet")],
        "datasets": [{"name": "animals", "task": "animal", "min_labels": 2}],
        "release_every": None,
    }
    warehouse.write_labels(rows, name="labels1")
    warehouse.build()
    # A parent that came elsewhere since must not be named again: the answer would be refused.
    warehouse.write_labels(
        label("elsewhere.a", "cat", "eve", 1) + label("elsewhere.b", "cat", "fay", 1), name="labels2"
    )
    warehouse.build()
    assert warehouse.query(QUEUE) == [("animals", "own", "four_eyes", False, False, True)]
    tasks = tmp_path / "tasks.json"
    warehouse.export_queue("--dataset", "animals", "-o", str(tasks))
    exported = json.loads(tasks.read_text())
    assert exported[0]["data"]["label_lineage"]["leaf_node_ids"] == ["own.m", "own.a", "own.b"]
    assert [one["result"][0]["value"]["choices"] for one in exported[0]["predictions"]] == [["dog"]]
    answered = answer(tmp_path, exported, lambda task: task["predictions"][0]["result"])
    load_labels.main(["label-studio", answered, "-o", str(warehouse.folder / "labels3.parquet")])
    warehouse.build()
    assert warehouse.query(QUEUE) == []
    assert warehouse.query("select feature_id, label, outcome, n_labels from training_set order by 1") == [
        ("elsewhere", "cat", "consensus", 2),
        ("own", "dog", "human", 1),
    ]
    assert warehouse.query("select count(*) from rejected_label_nodes") == [(0,)]


@pytest.mark.long
def test_a_label_that_says_no_size_hinders_no_other(warehouse, tmp_path, capsys):
    """An empty answer has no attributes, a redacted annotator's label neither: the others of the feature know."""
    rows = [
        *label("known.a", '[{"class":"car","bbox":[10,20,30,40]}]', "ann", 1),
        *label("known.b", "[]", "bob", 2, attributes='{"width": "200", "height": 100}'),
        *label("known.c", "[]", "eve", 3, attributes=SIZE),
        *label("unknown.a", '[{"class":"car","bbox":[10,20,30,40]}]', "ann", 1),
        *label("unknown.b", "[]", "bob", 2, attributes='{"width": true, "height": 100}'),
    ]
    warehouse.settings = {
        "label_nodes": [str(warehouse.write_labels(rows))],
        "datasets": [{"name": "objects", "task": "animal", "kind": "boxes", "consolidation": "unanimous"}],
        "release_every": None,
    }
    warehouse.build()
    warehouse.export_queue("--dataset", "objects", "-o", str(tmp_path / "tasks.json"))
    drawn = {
        task["data"]["feature_id"]: [len(one["result"]) for one in task["predictions"]]
        for task in json.loads((tmp_path / "tasks.json").read_text())
    }
    assert drawn == {"known": [1, 0, 0], "unknown": [0, 0]}
    assert "2 tasks of objects" in (told := capsys.readouterr().out)
    assert "  1 without the labels in question: " in told and "width and height" in told


def test_labels_without_a_form_are_refused():
    """A number with more digits than a browser keeps."""
    with pytest.raises(SystemExit, match="a label has more digits than Label Studio keeps"):
        export_queue.result("number", "123456789012345678.123456789", None, "a label")
    assert export_queue.result("number", "0.1", None, "a label")[0]["value"] == {"number": 0.1}
