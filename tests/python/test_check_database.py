"""What `make build` says when the DuckDB file cannot be written."""

from __future__ import annotations

import subprocess
import sys

import duckdb
import pytest
from warehouse import REPOSITORY

SCRIPT = REPOSITORY / "scripts" / "check_database.py"


def said(*arguments: str) -> str:
    """What the script says; nothing where it succeeds."""
    ended = subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False)
    assert (ended.returncode == 0) is (ended.stderr == "")
    return ended.stderr


def test_a_database_that_can_be_written_is_passed_over(tmp_path):
    """One that is there and one that is not."""
    path = tmp_path / "labels.duckdb"
    assert said(str(path)) == ""
    assert not path.exists()
    duckdb.connect(str(path)).close()
    assert said(str(path)) == ""


def test_a_database_in_use_is_told_with_its_holder(tmp_path):
    """DuckDB lets one process write."""
    path = tmp_path / "labels.duckdb"
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb, time; c = duckdb.connect({str(path)!r}); print(flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
    )
    try:
        holder.stdout.readline()
        assert said(str(path)) == (
            f"Label Lineage: {path} is open in process {holder.pid}; one writer at a time, "
            "so close it there or wait, then run again. Nothing was changed.\n"
        )
    finally:
        holder.kill()
        holder.wait()


@pytest.mark.parametrize("content", ["not a database", ""])
def test_what_is_no_database_is_told(tmp_path, content):
    """A file of another kind, or an empty one."""
    path = tmp_path / "labels.duckdb"
    path.write_text(content)
    told = said(str(path))
    assert told.startswith(f"Label Lineage: {path} cannot be opened (")
    assert told.endswith("; take that file away, or name another in LABEL_LINEAGE_DB. Nothing was changed.\n")


def test_a_folder_is_told(tmp_path):
    """Instead of the file."""
    assert f"Label Lineage: {tmp_path} cannot be opened (" in said(str(tmp_path))


def test_without_a_file_it_says_how_it_is_called():
    """And fails."""
    assert "Usage: python scripts/check_database.py FILE" in said()
