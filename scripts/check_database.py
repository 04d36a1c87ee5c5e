"""Say in one sentence when the DuckDB file cannot be written, before dbt would say it in a traceback.

Usage: python scripts/check_database.py FILE
"""

import re
import sys
from pathlib import Path

import duckdb


def problem(path: str) -> str | None:
    """Return why `path` cannot be opened for writing, or None when it can or does not exist yet."""
    if not Path(path).exists():
        return None
    try:
        duckdb.connect(path).close()
    except duckdb.Error as error:
        holder = re.search(r"PID (\d+)", str(error))
        if isinstance(error, duckdb.IOException) and "lock" in str(error).lower():
            who = f"process {holder[1]}" if holder else "another process"
            return f"{path} is open in {who}; one writer at a time, so close it there or wait, then run again"
        told = str(error).splitlines()[0].rstrip(".!")
        return f"{path} cannot be opened ({told}); take that file away, or name another in LABEL_LINEAGE_DB"
    return None


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if reason := problem(sys.argv[1]):
        sys.exit(f"Label Lineage: {reason}. Nothing was changed.")
