"""A second parser beside sqlglot: statements that sqlfluff does not read in an engine's dialect."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable

from missing import Missing, absent


def unread(statements: Iterable[str], dialect: str) -> list[str]:
    """What sqlfluff says of each statement that it cannot parse whole, with the statement."""
    if importlib.util.find_spec("sqlfluff") is None:
        absent(Missing("sqlfluff is not installed; see make test-engines"))
    from sqlfluff.core import FluffConfig, Linter

    # Quoting JSON is a replacement within a replacement, many times over.
    depth = 5000
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 20 * depth))
    options = {
        "dialect": dialect, "templater": "raw", "large_file_skip_byte_limit": 0, "max_parse_depth": depth
    }  # fmt: skip
    linter = Linter(config=FluffConfig(overrides=options))
    return [
        f"{str(violation)[:300]}\n{sql}"
        for sql in statements
        for violation in linter.parse_string(sql.strip() + "\n").violations[:1]
    ]
