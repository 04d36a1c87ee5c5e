"""Every model and data test compiles for the engines that nobody can start here, and is SQL in their dialect."""

from __future__ import annotations

import pytest
import sqlfluff_reads
import sqlglot
from compiled import compile_project
from trino_server import readable_by_sqlfluff

CASES = [
    pytest.param(
        engine,
        branch,
        id=f"{engine}-{branch}",
        marks=[] if (engine, branch) == ("athena", "incremental") else pytest.mark.long,
    )
    for engine in ("athena", "snowflake", "bigquery")
    for branch in ("first", "incremental")
]


@pytest.mark.parametrize(("engine", "branch"), CASES)
def test_models_and_tests_are_sql_of_the_engine(engine, branch, tmp_path):
    """Both branches of every model, and every data test, are read by a parser; Athena's models by two."""
    nodes, tests = compile_project(tmp_path, branch, engine)
    assert len(tests) > 60 and "frozen_versions_can_be_recomputed" in tests
    for name, sql in {**{name: node["sql"] for name, node in nodes.items()}, **tests}.items():
        # sqlglot asks first whether a statement is Hive's, where a backslash escapes; in a query it does not.
        dialect = "trino" if engine == "athena" and "\\" in sql else engine
        assert sqlglot.parse_one(sql, read=dialect), name
    if engine == "athena":
        models = [readable_by_sqlfluff(node["sql"]) for node in nodes.values()]
        assert sqlfluff_reads.unread(models, "athena") == []
