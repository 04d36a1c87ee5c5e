"""Rules for boxes, masks and polygons, against plain Python and against published programs."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from shapes import (
    INVALID,
    VALID,
    canonical,
    outcome,
    pixels_of,
    policies,
    random_features,
    rows_of,
    rows_to_judge,
)
from warehouse import Warehouse

N_FEATURES = int(os.environ.get("LABEL_LINEAGE_SHAPES", "150"))


# Its comment says how it was made.
FUSED = json.loads((Path(__file__).parent / "ensemble_boxes.json").read_text())["cases"]


def build(folder, rows: list[dict], datasets: dict[str, dict]) -> Warehouse:
    """Build the head of some datasets, each of the task that its kind names or its `task` says."""
    built = Warehouse(folder)
    built.settings = {
        "label_nodes": [str(built.write_labels(rows))],
        "release_every": None,
        "datasets": [{"name": name, "task": policy["kind"], **policy} for name, policy in datasets.items()],
    }
    built.build()
    return built


def head(built: Warehouse) -> dict[tuple[str, str], tuple]:
    """Label, outcome, distribution and confidence by dataset and feature."""
    return {
        (dataset, feature): tuple(rest)
        for dataset, feature, *rest in built.query(
            "select dataset, feature_id, label, outcome, label_distribution, confidence::varchar "
            "from int_outcomes"
        )
    }


@pytest.fixture(scope="module")
def features() -> dict:
    """Random features of all kinds; LABEL_LINEAGE_SHAPES sets how many of each."""
    return random_features(seed=5, n_features=N_FEATURES, n_polygons=max(4, N_FEATURES // 6))


@pytest.fixture(scope="module")
def random_build(features, tmp_path_factory) -> Warehouse:
    """All rules on all of them, and on labels that are to be judged, and fusion as a program does it, in one build."""
    fusions = {
        f"fused_{place}": {
            "kind": "boxes",
            "consolidation": "box_fusion",
            "task": f"program {iou}",
            "iou": iou,
            "weight": "attention",
            "min_agreement": 0,
        }
        for place, iou in enumerate(sorted({case["iou"] for case in FUSED}))
    }
    rows = rows_of(features) + rows_to_judge() + rows_of_fused()
    return build(tmp_path_factory.mktemp("shapes"), rows, {**policies(), **fusions})


@pytest.fixture(scope="module")
def found(random_build) -> dict[tuple[str, str], tuple]:
    """What came out."""
    return head(random_build)


@pytest.mark.parametrize("name", policies())
def test_random_features_equal_the_oracle(name, features, found):
    """Label, outcome, soft label and confidence of every feature."""
    policy = policies()[name]
    expected = {feature: outcome(leaves, policy) for feature, leaves in features[policy["kind"]].items()}
    assert len(expected) >= 4
    for feature, result in expected.items():
        leaves = features[policy["kind"]][feature]
        assert found[name, feature] == result, f"{feature} under {policy}: {leaves}"


def test_random_features_have_every_outcome(found):
    """The random features would notice a rule that never ties, never falls short, or always does."""
    for name, policy in policies().items():
        outcomes = {result[1] for (dataset, _), result in found.items() if dataset == name}
        if policy["consolidation"] not in ("unanimous", "latest"):
            assert "consensus" in outcomes, name
        if policy["consolidation"] in ("medoid", "majority_vote") and policy["ties"] == "queue":
            assert "tie" in outcomes, name
        if policy["min_margin"]:
            assert "no_quorum" in outcomes, name


def test_labels_are_taken_or_refused(random_build):
    """Every label that reads as its kind enters, as it is; every other is refused with the reason."""
    judged = {row["node_id"]: row["label"] for row in rows_to_judge()}
    refused = dict(random_build.query("select node_id, reason from rejected_label_nodes"))
    assert refused == {node: "invalid_label" for node in judged if node.startswith("bad")}
    admitted = dict(random_build.query("select node_id, label from label_nodes where node_id like 'good %'"))
    assert admitted == {node: label for node, label in judged.items() if node.startswith("good")}
    assert len(refused) == sum(map(len, INVALID.values())) > 80
    assert len(admitted) == sum(map(len, VALID.values()))


@pytest.mark.long
def test_order_of_rows_and_threads_do_not_matter(features, found, tmp_path):
    """The same rows in reverse, on four threads."""
    rows = rows_of({kind: dict(list(by_feature.items())[:20]) for kind, by_feature in features.items()})
    built = Warehouse(tmp_path)
    built.settings = {
        "label_nodes": [str(built.write_labels(reversed(rows)))],
        "release_every": None,
        "datasets": [{"name": name, "task": policy["kind"], **policy} for name, policy in policies().items()],
    }
    built.build("--threads", "4")
    again = head(built)
    assert len(again) > 400
    assert {key: found[key] for key in again} == again


def rows_of_fused() -> list[dict]:
    """The boxes that a program has fused, as raw rows: a leaf that weighs two corrects what somebody else had said."""
    rows = []
    for number, case in enumerate(FUSED):
        for age, leaf in enumerate(case["leaves"]):
            boxes = [
                {"class": name, "score": score, "bbox": [x1, y1, round(x2 - x1, 6), round(y2 - y1, 6)]}
                for name, score, (x1, y1, x2, y2) in leaf["boxes"]
            ]
            for hand in range(leaf["weight"]):
                node = f"case {number}/{age}/"
                rows.append(
                    {"node_id": f"{node}{hand}", "parent_id": f"{node}{hand - 1}" if hand else None, "feature_id": f"case {number}",
                     "task": f"program {case['iou']}", "label": json.dumps(boxes), "annotator_id": f"{hand}",
                     "created_at": f"2024-01-{age + 1:02d} 0{hand}:00:00"}
                )  # fmt: skip
    return rows


def test_fusion_equals_ensemble_boxes(random_build):
    """Classes, scores and boxes of several classes and scores, as the program gives them; it computes in floats of 32 bits."""
    fused = dict(
        random_build.query(
            "select feature_id, label from training_set where dataset like 'fused_%' and version = 'latest'"
        )
    )
    assert len(fused) == len(FUSED) == 50
    for number, case in enumerate(FUSED):
        unmatched = json.loads(fused[f"case {number}"])
        assert len(unmatched) == len(case["fused"]), number
        for name, score, corners in case["fused"]:
            x1, y1, x2, y2 = corners
            wanted = pytest.approx([x1, y1, x2 - x1, y2 - y1, score], abs=3e-6)
            # Of equal scores either may come first.
            found = [
                each
                for each in unmatched
                if each["class"] == name and [*each["bbox"], each["score"]] == wanted
            ]
            assert found, (number, name, score, corners, unmatched)
            unmatched.remove(found[0])


def test_a_person_s_boxes_stay_as_drawn(tmp_path):
    """One answer is nobody's average: boxes that overlap in it are not fused."""
    drawn = '[{"class":"cat","bbox":[0,0,10,10]},{"class":"cat","bbox":[1,0,10,10]}]'
    rows = [{"node_id": "a", "feature_id": "f", "task": "boxes", "label": drawn, "created_at": "2024-01-01"}]
    built = build(tmp_path, rows, {"fused": {"kind": "boxes", "consolidation": "box_fusion"}})
    assert head(built) == {("fused", "f"): (drawn, "single", "{}", "1.000000")}


def test_a_mask_of_many_pixels_costs_its_runs(tmp_path):
    """Masks of nearly 1,000,000 x 1,000,000 pixels, which nobody could spread out."""
    side = 999_999
    pixels = side * side
    masks = [[10, pixels - 20, 10], [pixels // 2, pixels - pixels // 2], [0, pixels]]
    rows = [
        {"node_id": f"n{place}", "feature_id": "f", "task": "mask", "created_at": f"2024-01-0{place + 1}",
         "label": json.dumps({"size": [side, side], "counts": counts})}
        for place, counts in enumerate(masks)
    ]  # fmt: skip
    built = build(tmp_path, rows, {"voted": {"kind": "mask", "consolidation": "majority_vote"}})
    expected = {"size": [side, side], "counts": [10, pixels - 10]}
    ((label, *_),) = head(built).values()
    # 10 pixels have one vote of three, the middle two or three, the last 10 two.
    assert json.loads(label) == expected


# Published programs.


def read(path: str, where: str = "true") -> list[dict]:
    """Raw rows of a set of published labels."""
    columns = ["node_id", "parent_id", "feature_id", "task", "label", "annotator_id", "created_at"]
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        found = connection.execute(
            f"select {', '.join(columns[:-1])}, timezone('UTC', created_at) from '{path}' where {where}"
        ).fetchall()
    return [dict(zip(columns, row, strict=True)) for row in found]


@pytest.fixture(scope="module")
def published(real_data, tmp_path_factory) -> Warehouse:
    """Published masks and boxes under all rules with a reference, in one build."""
    rows = [
        {**row, "task": "mask"}
        for row in read(
            f"{real_data}/bubil_masks/label_nodes.parquet", "feature_id like 'd4-%' or feature_id like 'd5-%'"
        )
    ]
    rows += [
        {**row, "task": "mask", "feature_id": f"ck {row['feature_id']}"}
        for row in read(f"{real_data}/crowdkit_fixtures/label_nodes.parquet", "task = 'ck_segmentation'")
    ]
    for row in read(f"{real_data}/bubil_boxes/label_nodes.parquet"):
        rows.append({**row, "task": "box"})
        listed = json.dumps([{"class": "cell", "bbox": json.loads(row["label"])}])
        rows.append({**row, "node_id": f"{row['node_id']} listed", "task": "boxes", "label": listed})
    rows += [
        {**row, "task": "coco"}
        for row in read(f"{real_data}/coco_results/label_nodes.parquet", "task = 'coco_bbox'")
    ]
    rows += [
        {**row, "task": "coco_mask", "label": json.dumps({"size": size, "counts": decompress(counts)})}
        for row in read(f"{real_data}/coco_results/label_nodes.parquet", "task = 'coco_segm_rle'")
        for size, counts in [json.loads(row["label"])["segm_rle"].values()]
    ]
    return build(
        tmp_path_factory.mktemp("published"),
        rows,
        {
            "voted": {"kind": "mask", "consolidation": "majority_vote"},
            "largest": {"kind": "mask", "consolidation": "majority_vote", "ties": "largest"},
            "mean": {"kind": "box", "consolidation": "mean", "min_agreement": 0},
            "median": {"kind": "box", "consolidation": "median", "min_agreement": 0},
            "fused": {"kind": "boxes", "consolidation": "box_fusion", "min_agreement": 0},
            "coco": {"kind": "boxes", "consolidation": "box_fusion", "task": "coco", "min_agreement": 0},
            "coco_mask": {"kind": "mask", "consolidation": "medoid", "task": "coco_mask", "min_agreement": 0},
        },
    )


def decompress(text: str) -> list[int]:
    """COCO's compressed run lengths as plain ones (cocoapi, maskApi.c, rleFrString)."""
    counts: list[int] = []
    place = 0
    while place < len(text):
        value, shift, more = 0, 0, True
        while more:
            code = ord(text[place]) - 48
            value |= (code & 0x1F) << shift
            more = bool(code & 0x20)
            place, shift = place + 1, shift + 5
        if code & 0x10:
            value |= -1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
    return counts


def test_all_published_labels_are_read(published):
    """Nothing of them is refused."""
    assert published.query("select reason, count(*) from rejected_label_nodes group by all") == []


def test_bubil_masks_equal_the_published_majority(published, real_data):
    """All 119 images of D4 and D5, to the pixel."""
    with duckdb.connect() as connection:
        gold = dict(
            connection.execute(
                f"select feature_id, label from '{real_data}/bubil_masks/gold.parquet' "
                "where feature_id like 'd4-%' or feature_id like 'd5-%'"
            ).fetchall()
        )
    voted = dict(published.query("select feature_id, label from training_set where dataset = 'voted'"))
    assert len(gold) == 119
    assert {
        feature for feature, label in gold.items() if pixels_of(voted[feature]) != pixels_of(label)
    } == set()


def test_crowdkit_fixtures_equal_the_asserted_majority(published, real_data):
    """crowd-kit's two pictures; it calls a tied pixel object."""
    expected = json.loads((real_data / "crowdkit_fixtures" / "expected_segmentation_rle.json").read_text())
    voted = dict(published.query("select feature_id, label from training_set where dataset = 'largest'"))
    for feature, mask in expected["simple_image_mv_result"].items():
        assert pixels_of(voted[f"ck {feature}"]) == pixels_of(json.dumps(mask))


def references(real_data) -> Iterator[dict[str, str]]:
    """Results of NumPy and ensemble-boxes on the published boxes."""
    with open(real_data / "bubil_boxes" / "reference" / "bubil_boxes" / "box_fusion.csv") as file:
        yield from csv.DictReader(file)


@pytest.mark.parametrize(("dataset", "column"), [("mean", "mean_xywh"), ("median", "median_xywh")])
def test_bubil_boxes_equal_numpy(published, real_data, dataset, column):
    """Means and medians of the four sides, to the four digits that are published."""
    labels = dict(published.query(f"select feature_id, label from training_set where dataset = '{dataset}'"))
    expected = {row["feature_id"]: json.loads(row[column]) for row in references(real_data)}
    assert len(expected) == 610
    assert labels.keys() == expected.keys()
    for feature, box in expected.items():
        assert json.loads(labels[feature]) == pytest.approx(box, abs=5.1e-5), feature


def test_bubil_boxes_equal_ensemble_boxes(published, real_data):
    """Weighted boxes fusion; the program computes in floats of 32 bits and keeps four digits."""
    labels = dict(published.query("select feature_id, label from training_set where dataset = 'fused'"))
    n_objects = []
    for row in references(real_data):
        fused = json.loads(labels[row["feature_id"]])
        boxes = sorted((round(each["score"], 4), each["bbox"]) for each in fused)
        expected = sorted(zip(json.loads(row["wbf_scores"]), json.loads(row["wbf_iou055_xywh"]), strict=True))
        n_objects.append(len(expected))
        assert [score for score, _ in boxes] == pytest.approx([score for score, _ in expected], abs=1e-4), row
        unmatched = [box for _, box in boxes]
        for _, box in expected:
            nearest = min(unmatched, key=lambda each: sum(abs(a - b) for a, b in zip(each, box, strict=True)))
            assert nearest == pytest.approx(box, abs=2e-3), row
            unmatched.remove(nearest)
    assert len(n_objects) == 610
    assert sum(n > 1 for n in n_objects) == 68


def test_coco_boxes_are_all_there(published, real_data):
    """One annotator's objects, a node each: overlapping ones of a class are fused, no other is lost."""
    nodes = published.query("select feature_id, label from label_nodes where task = 'coco'")
    given: dict[str, list] = {}
    for feature, label in nodes:
        given.setdefault(feature, []).append(json.loads(label))
    labels = dict(published.query("select feature_id, label from training_set where dataset = 'coco'"))
    assert len(nodes) == 734
    assert labels.keys() == given.keys()
    for feature, objects in given.items():
        classes = {str(each["category_id"]) for each in objects}
        fused = json.loads(labels[feature])
        assert {str(each["class"]) for each in fused} == classes
        assert len(fused) <= len(objects)


def test_coco_masks_have_the_published_areas_and_boxes(published, real_data):
    """Areas and tight boxes of 734 masks by pycocotools equal those of the edges that the rules sweep."""
    inline = """
        with numbered as (
            select *, 'x' as ties, 1 as weight,
                row_number() over (order by node_id) as feature_number, 0 as leaf_number
            from {{ ref('label_nodes') }} where task = 'coco_mask'
        ),
        plain as (select * replace ({{ label_lineage.without_blanks('label') }} as label) from numbered),
        masks as ({{ label_lineage.masks_of('plain') }}),
        edges as ({{ label_lineage.mask_edges('masks', ['feature_number', 'leaf_number']) }})
        select masks.node_id, height, edges.position, edges.step
        from edges inner join masks using (feature_number)
        order by 1, 3, 4
    """
    outcome_of_compile = published.dbt("compile", "--inline", inline, "--output", "json")
    assert outcome_of_compile.success, outcome_of_compile.output
    compiled = next((published.folder / "target" / "compiled").rglob("inline_query*")).read_text()
    edges: dict[str, list] = {}
    for node, height, position, step in published.query(compiled):
        edges.setdefault(node, []).append((height, position, step))
    with open(real_data / "coco_results" / "reference_rle_area_bbox.csv") as file:
        expected = list(csv.DictReader(file))
    assert len(expected) == 734
    for row in expected:
        found = edges[row["node_id"]]
        height = found[0][0]
        begins = [position for _, position, step in found if step == 1]
        ends = [position for _, position, step in found if step == -1]
        assert sum(ends) - sum(begins) == int(row["area"])
        pixels = [pixel for begin, end in zip(begins, ends, strict=True) for pixel in range(begin, end)]
        columns, lines = {pixel // height for pixel in pixels}, {pixel % height for pixel in pixels}
        box = (min(columns), min(lines), max(columns) - min(columns) + 1, max(lines) - min(lines) + 1)
        assert box == tuple(float(row[side]) for side in ("x", "y", "bw", "bh"))


def area(polygon: list[list[float]]) -> float:
    """Area of a polygon."""
    return (
        abs(
            sum(
                x * next_y - next_x * y
                for (x, y), (next_x, next_y) in zip(polygon, polygon[1:] + polygon[:1], strict=True)
            )
        )
        / 2
    )


def test_zooniverse_polygons_overlap_as_published(real_data, tmp_path):
    """Two polygons' similarity is the area of the published intersection over that of the published union."""
    reference: dict[tuple, dict[str, float]] = {}
    members: dict[tuple, list[str]] = {}
    with duckdb.connect() as connection:
        clusters = connection.execute(f"""
            select feature_id, task, cluster, method, polygon, cluster_labels_in_node_order
            from '{real_data}/zooniverse_polygons/reference_polygon_reducer.parquet'
            where n_polygons = 2 and method in ('union', 'intersection')
        """).fetchall()
    nodes: dict[tuple, list[dict]] = {}
    for row in read(f"{real_data}/zooniverse_polygons/label_nodes.parquet"):
        nodes.setdefault((row["feature_id"], row["task"]), []).append(row)
    rows = []
    for feature, task, cluster, method, polygon, labels in clusters:
        key = (feature, task, cluster)
        reference.setdefault(key, {})[method] = area(json.loads(polygon))
        if key not in members:
            given = nodes[feature, task]
            members[key] = [
                row["node_id"] for row, own in zip(given, json.loads(labels), strict=False) if own == cluster
            ]
            rows += [
                {
                    **row,
                    "node_id": f"{key}{row['node_id']}",
                    "parent_id": None,
                    "feature_id": str(key),
                    "task": "polygon",
                }
                for row in given
                if row["node_id"] in members[key]
            ]
    built = build(tmp_path, rows, {"near": {"kind": "polygon", "consolidation": "medoid", "ties": "latest"}})
    found = head(built)
    compared = 0
    for key, areas in reference.items():
        if len(members[key]) != 2 or len(areas) != 2:
            continue
        _, kind_of_outcome, votes, confidence = found["near", str(key)]
        assert kind_of_outcome in ("consensus", "no_quorum")
        # Each of the two is wholly like itself: (1 + similarity) / 2.
        similarity = 2 * float(confidence) - 1
        assert similarity == pytest.approx(areas["intersection"] / areas["union"], abs=2e-3), key
        compared += 1
    assert compared == 8


def test_labels_of_one_kind_are_written_in_one_way(found, features):
    """Blanks, digits that say nothing and COCO's names do not make two labels of one."""
    for kind in ("box", "boxes", "mask", "polygon"):
        name = next(
            name
            for name, policy in policies().items()
            if policy["kind"] == kind and policy["consolidation"] == "latest"
        )
        for feature, leaves in features[kind].items():
            newest = max(leaves, key=lambda leaf: leaf.day)
            assert found[name, feature][0] == canonical(newest.label, kind)
