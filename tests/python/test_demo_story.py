"""The tables of docs/demo.md say what the demo builds."""

from __future__ import annotations

import pytest
from warehouse import REPOSITORY

CLOSED = {"tie", "no_quorum", "retracted"}
HEADINGS = {"buildings": "## Buildings, tile by tile", "roofs": "## Roofs"}


def told(heading: str) -> dict[tuple[str, str], str]:
    """The table under a heading of docs/demo.md: what stands in the cell of each tile and version."""
    lines = (REPOSITORY / "docs" / "demo.md").read_text().split(heading)[1].splitlines()
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    header, story = table[0], []
    for row in table[1:]:
        if not row[0].startswith("tile-"):
            break
        story.append(row)
    return {
        (row[0], version): cell for row in story for version, cell in zip(header[3:], row[3:], strict=True)
    }


@pytest.mark.parametrize("dataset", HEADINGS)
def test_story_is_what_is_built(demo, dataset):
    """Every tile in every version: its label, in brackets why it has none, a dash before the first."""
    versions = demo.query("select version, version_number from dataset_versions where dataset = ?", dataset)
    changes = demo.query(
        "select feature_id, version_number, coalesce(label, '(' || outcome || ')') from training_set_changes "
        "where dataset = ? order by version_number",
        dataset,
    )
    states = {}
    for version, number in versions:
        known = {tile: state for tile, since, state in changes if since <= number}
        states |= {(tile, version): known.get(tile, "-") for tile, _, _ in changes}
    head = demo.query(
        "select feature_id, coalesce(label, '(' || outcome || ')') from int_head_rows where dataset = ?",
        dataset,
    )
    states |= {(tile, "latest"): state for tile, state in head}
    assert told(HEADINGS[dataset]) == states
    rows = demo.query("select feature_id, version, label from training_set where dataset = ?", dataset)
    assert {(tile, version): label for tile, version, label in rows} == {
        place: state for place, state in states.items() if state != "-" and state.strip("()") not in CLOSED
    }


def test_counts_of_the_story(demo):
    """Raw rows are admitted, duplicate or refused, in the numbers that the story gives."""
    raw, rows, nodes, refused = demo.query("""
        select
            (select count(*) from demo_label_nodes),
            (select sum(greatest(1, n_parents)) from label_nodes),
            (select count(*) from label_nodes),
            (select count(*) from rejected_label_nodes)
    """)[0]
    assert (raw, rows, nodes, refused) == (72, 62, 58, 9)
