"""The README promises nothing that is not there."""

from __future__ import annotations

import re

import pytest
from warehouse import REPOSITORY

PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")])
README = (REPOSITORY / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Every relative link and picture names a file or folder of the repository."""
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_links_within_the_readme_have_a_heading():
    """`#settings` and the like name a heading."""
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in README.splitlines()
        if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= headings


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("macros/settings/settings.sql", r"'(\w+)': var\('"),
        ("macros/settings/policies.sql", r"^        '(\w+)': .*,$"),
    ],
)
def test_every_setting_is_explained(file, pattern):
    """Each key that the settings take has a row in a table of the README."""
    source = (REPOSITORY / file).read_text().split("{% macro rules() %}")[0]
    keys = re.findall(pattern, source, re.MULTILINE)
    assert len(keys) >= 7
    assert [key for key in keys if f"\n| `{key}` |" not in README] == []


def test_every_rule_and_reason_is_explained():
    """Rules of consolidation and reasons of refusal stand in the README under their names."""
    policies = (REPOSITORY / "macros" / "settings" / "policies.sql").read_text()
    rules = re.findall(r"^        '(\w+)': \{'", policies, re.MULTILINE)
    reasons = re.findall(
        r"^        '(\w+)': '", (REPOSITORY / "macros/admission/row_problem.sql").read_text(), re.MULTILINE
    )
    assert len(rules) >= 4 and len(reasons) >= 10
    assert [name for name in rules + reasons if f"`{name}`" not in README] == []


def test_every_public_table_is_listed():
    """The table of public tables is the folder models/marts."""
    section = README.split("## Public tables")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == {
        path.stem for path in (REPOSITORY / "models" / "marts").glob("*.sql")
    }


@pytest.mark.parametrize(
    "arguments",
    [["summary"], ["explain", "--args", "{dataset: buildings, feature_id: tile-02, version: v2}"]],
    ids=["summary", "explain"],
)
def test_output_shown_is_real(demo, arguments):
    """What the quick start shows is what the commands print, apart from the path of the database."""
    outcome = demo.dbt("run-operation", *arguments)
    assert outcome.success, outcome.output
    lines = [line.rstrip() for line in outcome.output.splitlines() if str(demo.database) not in line]
    shown = [line.rstrip() for line in README.splitlines()]
    assert len(lines) > 5
    assert [line for line in lines if line not in shown] == []


def test_releases_agree():
    """dbt_project.yml, the macro package_release() and the head of the changelog name one release."""
    project = re.search(r"^version: (.+)$", (REPOSITORY / "dbt_project.yml").read_text(), re.MULTILINE).group(
        1
    )
    macro = re.search(
        r"return\('([^']+)'\)", (REPOSITORY / "macros/versions/package_release.sql").read_text()
    ).group(1)
    changelog = re.search(r"^## (\S+)", (REPOSITORY / "CHANGELOG.md").read_text(), re.MULTILINE).group(1)
    assert project == macro == changelog


@pytest.mark.parametrize("lock", sorted(REPOSITORY.glob("requirements*.lock")), ids=lambda lock: lock.name)
def test_locks_hold_versions_and_hashes_alone(lock):
    """No comment, index or path of whoever resolved them: every line is a package or one of its hashes."""
    line = re.compile(r"[a-z0-9._-]+==[\w.+!]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [text for text in lock.read_text().splitlines() if not line.fullmatch(text)] == []
