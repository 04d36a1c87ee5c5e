"""Random boxes, fused by an engine's form of fuse_boxes alone."""

from __future__ import annotations

import random

NUMBERS = ["group_number", "place", "n_boxes", "score", "x1", "y1", "x2", "y2"]
FUSED = (
    "with numbered as (select"
    " cast(group_number as {{ dbt.type_bigint() }}) as group_number,"
    " cast(place as {{ dbt.type_bigint() }}) as place,"
    " cast(n_boxes as {{ dbt.type_bigint() }}) as n_boxes,"
    " {% for name in ['score', 'x1', 'y1', 'x2', 'y2'] %}"
    "{{ label_lineage.wide(name) }} as {{ name }}{{ ', ' if not loop.last }}"
    "{% endfor %} from raw.boxes) "
    "select group_number, cluster, members, score, x1, y1, x2, y2"
    " from ({{ label_lineage.fuse_boxes('numbered', 0.55) }}) as fused"
)


def fused(engine, sizes: list[int], most: int = 1000) -> list[tuple]:
    """What fuse_boxes makes of random boxes, a group of each size; no side is longer than twice `most`."""
    chance = random.Random(5)
    rows = []
    for number, size in enumerate(sizes, 1):
        scores = sorted((chance.randint(0, 100) for _ in range(size)), reverse=True)
        for place, score in enumerate(scores, 1):
            x, y = (chance.randint(0, most * 9 // 10) for _ in range(2))
            box = [x, y, x + chance.randint(most, 2 * most), y + chance.randint(most, 2 * most)]
            rows.append([str(value) for value in (number, place, size, score, *box)])
    engine.create("raw.boxes", dict.fromkeys(NUMBERS, "varchar"), rows)
    compiled = engine.dbt("--quiet", "compile", "--inline", FUSED, settings={"label_nodes": ["raw.boxes"]})
    # What Python warns of comes before.
    found = engine.query("with" + compiled.partition("\nwith" if "\nwith" in compiled else "with")[2])
    return sorted(tuple(str(value) for value in row) for row in found)
