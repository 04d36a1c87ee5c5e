"""The README promises nothing that is not there."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml
from warehouse import REPOSITORY

ENGINES = sorted((REPOSITORY / "docs" / "engines").glob("*.md"))
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md"), *ENGINES])
README = (REPOSITORY / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Every relative link and picture names a file or folder of the repository."""
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def headings(page):
    """Headings of a page as links name them."""
    return {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in page.read_text().splitlines()
        if line.startswith("#")
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_headings_find_them(page):
    """`#settings`, `docs/demo.md#...` and the like name a heading of their page."""
    links = re.findall(r"\]\(([^)#:\s]*\.md)?#([^)]+)\)", page.read_text())
    wrong = [
        (to, heading) for to, heading in links if heading not in headings(page.parent / to if to else page)
    ]
    assert wrong == []


# What a reader looks for on the page of any engine, in this order.
SECTIONS = [
    "Profile",
    "Permissions",
    "Inputs",
    "Tables",
    "Several runs at once",
    "Cost",
    "Limits",
    "How it was tested",
]


@pytest.mark.parametrize("page", ENGINES, ids=lambda page: page.name)
def test_pages_of_engines_are_alike(page):
    """Each has the same sections in the same order, others between them."""
    found = re.findall(r"^## (.*)$", page.read_text(), re.MULTILINE)
    assert [heading for heading in found if heading in SECTIONS] == SECTIONS


def test_every_variable_of_the_profiles_is_explained():
    """The page of an output names what it reads from the environment, and its table nothing else."""
    outputs = yaml.safe_load((REPOSITORY / "profiles.yml").read_text())["label_lineage"]["outputs"]
    read: dict[str, set[str]] = {}
    for name, output in outputs.items():
        page = "duckdb" if name == "ducklake" else name
        read.setdefault(page, set()).update(re.findall(r"env_var\('(\w+)'", str(output).replace('"', "'")))
    assert set(read) == {page.stem for page in ENGINES}
    for page in ENGINES:
        text = page.read_text()
        assert sorted(name for name in read[page.stem] if f"`{name}`" not in text) == [], page.name
        listed = set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE))
        assert sorted(listed - read[page.stem]) == [], page.name


def test_every_engine_is_in_the_table():
    """The README's table has a row for each page of an engine, and each row its limits."""
    rows = re.findall(r"^\| \[.*?\]\(docs/engines/(\w+)\.md\)(.*)\|$", README, re.MULTILINE)
    assert sorted(name for name, _ in rows) == [page.stem for page in ENGINES]
    assert [name for name, cells in rows if cells.count("](") < 2] == []


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("macros/settings/settings.sql", r"'(\w+)': var\('"),
        ("macros/settings/policies.sql", r"^        '(\w+)': .*,$"),
    ],
)
def test_every_setting_is_explained(file, pattern):
    """Each key that the settings take has a row in a table of the README."""
    keys = re.findall(pattern, (REPOSITORY / file).read_text(), re.MULTILINE)
    assert len(keys) >= 7
    assert [key for key in keys if f"\n| `{key}` |" not in README] == []


def test_every_rule_and_reason_is_explained():
    """Rules of consolidation and reasons of refusal stand in the README under their names."""
    source = (REPOSITORY / "macros/consolidation/rules/rules.sql").read_text()
    rules = re.findall(r"^        '(\w+)': \{'", source, re.MULTILINE)
    reasons = re.findall(
        r"^        '(\w+)': '", (REPOSITORY / "macros/admission/row_problem.sql").read_text(), re.MULTILINE
    )
    assert len(rules) >= 13 and len(reasons) >= 10
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
    """dbt_project.yml, pyproject.toml, the macro package_release() and the head of the changelog name one release."""
    project = re.search(r"^version: (.+)$", (REPOSITORY / "dbt_project.yml").read_text(), re.MULTILINE).group(
        1
    )
    macro = re.search(
        r"return\('([^']+)'\)", (REPOSITORY / "macros/versions/package_release.sql").read_text()
    ).group(1)
    changelog = re.search(r"^## (\S+)", (REPOSITORY / "CHANGELOG.md").read_text(), re.MULTILINE).group(1)
    python = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
    assert project == macro == changelog == python


@pytest.mark.parametrize("lock", sorted(REPOSITORY.glob("requirements*.lock")), ids=lambda lock: lock.name)
def test_locks_hold_versions_and_hashes_alone(lock):
    """No comment, index or path of whoever resolved them: every line is a package or one of its hashes."""
    line = re.compile(r"[a-z0-9._-]+==[\w.+!]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [text for text in lock.read_text().splitlines() if not line.fullmatch(text)] == []
