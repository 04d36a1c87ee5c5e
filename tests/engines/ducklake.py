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
import tempfile
from pathlib import Path

import duckdb

RELEASE = "1.5.5"


def installed() -> Path:
    """Folder with DuckDB and the extension, installed once and kept in the user's cache folder."""
    from missing import Missing

    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "label_lineage"
    folder = cache / f"ducklake-{RELEASE}"
    if (folder / "home").is_dir():
        return folder
    packages = [f"duckdb=={RELEASE}", f"duckdb-extension-ducklake=={RELEASE}"]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="ducklake-") as name:
        made = Path(name, "made")
        try:
            run([*pip, "--no-deps", "--target", made, *packages])
            (made / "home").mkdir()
            [extension] = made.glob("duckdb_extension_ducklake/extensions/*/ducklake.duckdb_extension")
            install = f"import duckdb; duckdb.execute(\"install '{extension}'\")"
            run([sys.executable, "-c", install], env=environment_in(made))
        except (subprocess.CalledProcessError, ValueError) as error:
            told = getattr(error, "stderr", None) or str(error)
            raise Missing(
                f"{' and '.join(packages)} could not be installed: {told.strip()[-300:]}"
            ) from error
        # Whole or not at all: an install that was cut short is not taken for one.
        if not folder.exists():
            made.rename(folder)
    return folder


def run(command: list[str | Path], **options: object) -> None:
    """Run a program that says what is wrong on its standard error."""
    subprocess.run(command, capture_output=True, text=True, check=True, **options)


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
