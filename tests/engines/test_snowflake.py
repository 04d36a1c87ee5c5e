"""What Snowflake does in a way of its own, as far as fakesnow can tell; what all engines do is in test_engines.py."""

from __future__ import annotations

import random

import batches
import pytest

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


def test_of_two_runs_one_is_refused(new_snowflake):
    """A run that finds another at work says so in a sentence and writes nothing; when that is over, it runs."""
    snowflake = new_snowflake()
    batches.load(snowflake, 1)
    snowflake.dbt("run", settings=batches.SETTINGS)
    admitted = snowflake.query("select count(*) as n from int_ledger")
    batches.load(snowflake, 2)
    lock = "label_lineage_run"
    snowflake.query(f"create view {lock} as select 1 as run_other, 1 as since_20240603040011")
    refused = snowflake.start("run", settings=batches.SETTINGS)
    output, _ = refused.communicate(timeout=600)
    assert refused.returncode != 0
    assert "another run started on the schema" in output and "at 2024-06-03 04:00:11 UTC" in output, output[
        -2000:
    ]
    assert snowflake.query("select count(*) as n from int_ledger") == admitted
    snowflake.query(f"drop view {lock}")
    snowflake.dbt("run", settings=batches.SETTINGS)
    assert snowflake.query("select count(*) as n from int_ledger") > admitted
    with pytest.raises(Exception, match="(?i)label_lineage_run"):
        snowflake.query(f"select * from {lock}")


def fused(engine, sizes: list[int]) -> list[tuple]:
    """What fuse_boxes makes of random boxes, a group of each size; small ones, since fakesnow divides as floats."""
    chance = random.Random(5)
    rows = []
    for number, size in enumerate(sizes, 1):
        scores = sorted((chance.randint(0, 100) for _ in range(size)), reverse=True)
        for place, score in enumerate(scores, 1):
            x, y = chance.randint(0, 900), chance.randint(0, 900)
            box = [x, y, x + chance.randint(1000, 2000), y + chance.randint(1000, 2000)]
            rows.append([str(value) for value in (number, place, size, score, *box)])
    engine.create("raw.boxes", dict.fromkeys(NUMBERS, "varchar"), rows)
    compiled = engine.dbt("--quiet", "compile", "--inline", FUSED, settings={"label_nodes": ["raw.boxes"]})
    # What Python warns of comes before.
    found = engine.query("with" + compiled.partition("\nwith" if "\nwith" in compiled else "with")[2])
    return sorted(tuple(str(value) for value in row) for row in found)


@pytest.mark.long
def test_boxes_are_fused_in_rounds_written_out(new_snowflake, new_duckdb):
    """Fifty rounds give what DuckDB's recursion gives; a larger group is refused, not cut off."""
    snowflake, duckdb = new_snowflake(), new_duckdb()
    sizes = [1, 2, 3, 7, 20, 49, 50]
    found = fused(snowflake, sizes)
    assert found == fused(duckdb, sizes)
    assert len(sizes) < len(found) < sum(sizes)
    with pytest.raises(Exception, match="at most 50 overlapping boxes on Snowflake, and there is one of 51"):
        fused(snowflake, [51, 2])
