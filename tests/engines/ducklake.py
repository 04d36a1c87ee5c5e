"""DuckDB with its tables in a data lake, like the engines of engine.py.

    python ducklake.py CATALOGUE FILES < statement > pickled rows

The extension is there for the release of DuckDB that RELEASE names, which is not the one that the tests
run on. So it has a folder of its own, and whatever touches the lake is a process that finds it first.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import duckdb

RELEASE = "1.5.5"


def installed() -> Path:
    """Folder with DuckDB and the extension, installed once and kept in the user's cache folder."""
    from missing import Missing

    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "label_lineage"
    folder = cache / f"ducklake-{RELEASE}"
    if not (folder / "home").exists():
        packages = [f"duckdb=={RELEASE}", f"duckdb-extension-ducklake=={RELEASE}"]
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        result = subprocess.run(
            [*pip, "--no-deps", "--upgrade", "--target", str(folder), *packages],
            capture_output=True,
            text=True,
        )
        if result.returncode != 0:
            raise Missing(f"pip did not install {' and '.join(packages)}: {result.stderr.strip()[-300:]}")
        (folder / "home").mkdir()
        [extension] = folder.glob("duckdb_extension_ducklake/extensions/*/ducklake.duckdb_extension")
        install = f"import duckdb; duckdb.execute(\"install '{extension}'\")"
        subprocess.run([sys.executable, "-c", install], env=environment_in(folder), check=True)
    return folder


def environment_in(folder: Path) -> dict[str, str]:
    """Environment of a process that finds that DuckDB, and the extension as its user's."""
    return {**os.environ, "PYTHONPATH": str(folder), "HOME": str(folder / "home")}


def answer(catalogue: str, files: str, statement: str) -> list[tuple]:
    """Rows that a statement gives, on a session in UTC."""
    connection = duckdb.connect()
    connection.execute("load ducklake; set TimeZone = 'UTC'")
    connection.execute(f"attach 'ducklake:{catalogue}' as lake (data_path '{files}'); use lake")
    return connection.execute(statement).fetchall()


if __name__ == "__main__":
    pickle.dump(answer(*sys.argv[1:], sys.stdin.read()), sys.stdout.buffer)
