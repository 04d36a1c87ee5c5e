"""The documentation is complete and true: the gate for everything that a reader can look up."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from consumer import install, write_consumer
from dbt.cli.main import dbtRunner
from dbt_common.clients.jinja import get_environment
from jinja2.nodes import Macro
from warehouse import REPOSITORY, Warehouse

PACKAGE = "label_lineage"
MACROS = {path: path.read_text() for path in sorted((REPOSITORY / "macros").rglob("*.sql"))}
PROPERTIES = {
    path: path.read_text()
    for folder in ("models", "seeds", "macros", "tests")
    for path in sorted((REPOSITORY / folder).rglob("*.yml"))
}
PAGES = [REPOSITORY / "docs" / "site" / "front_page.md", REPOSITORY / "models" / "_overview.md"]


def read_manifest(warehouse: Warehouse) -> dict[str, Any]:
    """What dbt knows of the project after a warehouse's last command."""
    return json.loads((warehouse.folder / "target" / "manifest.json").read_text())


@pytest.fixture(scope="session")
def manifest(demo: Warehouse) -> dict[str, Any]:
    """The manifest of the demo."""
    return read_manifest(demo)


@pytest.fixture(scope="session")
def nodes(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Models, seeds, analyses and tests of this package; a hook has no place for a description."""
    return [
        node
        for node in manifest["nodes"].values()
        if node["package_name"] == PACKAGE and node["resource_type"] != "operation"
    ]


@pytest.fixture(scope="session")
def models(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Models of this package."""
    return [node for node in nodes if node["resource_type"] == "model"]


@pytest.fixture(scope="session")
def macros(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Macros of this package by name."""
    return {macro["name"]: macro for macro in manifest["macros"].values() if macro["package_name"] == PACKAGE}


def taken_arguments(macro: dict[str, Any]) -> list[str]:
    """Names of the arguments in a macro's code; a materialization takes none."""
    parsed = get_environment(None).parse(macro["macro_sql"])
    found = next(parsed.find_all(Macro))
    return [] if macro["name"].startswith("materialization_") else [argument.name for argument in found.args]


def is_implementation(name: str, macros: dict[str, Any]) -> bool:
    """Whether a macro is one engine's form of another, which speaks for it."""
    engine, _, dispatched = name.partition("__")
    return bool(engine) and dispatched in macros


def undescribed(nodes: list[dict[str, Any]], macros: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Everything that has no description.

    Args:
        nodes: Models, seeds, analyses and tests.
        macros: Macros by name.

    Yields:
        What is missing, such as `column training_set.label`.
    """
    for node in nodes:
        # Tests declared in YAML are described by the generic test that they are instances of.
        if node.get("test_metadata"):
            continue
        if not node["description"].strip():
            yield f"{node['resource_type']} {node['name']}"
        for name, column in node["columns"].items():
            if not column["description"].strip():
                yield f"column {node['name']}.{name}"
    for name, macro in macros.items():
        if is_implementation(name, macros):
            continue
        if not macro["description"].strip():
            yield f"macro {name}"
        if name.startswith("test_"):
            for argument in taken_arguments(macro):
                if f"`{argument}`" not in macro["description"]:
                    yield f"argument {name}({argument})"
            continue
        described = {argument["name"] for argument in macro["arguments"] if argument["description"].strip()}
        for argument in taken_arguments(macro):
            if argument not in described:
                yield f"argument {name}({argument})"


def test_everything_is_described(nodes, macros):
    """Models, columns, seeds, analyses, tests, macros and their arguments all have a description."""
    missing = list(undescribed(nodes, macros))
    assert not missing, "no description: " + ", ".join(missing)


def test_missing_descriptions_are_told(nodes, macros):
    """The gate itself can fail, for every kind of thing that it guards."""
    broken_nodes, broken_macros = json.loads(json.dumps([nodes, macros]))
    training_set = next(node for node in broken_nodes if node["name"] == "training_set")
    training_set["description"] = ""
    training_set["columns"]["label"]["description"] = " "
    next(node for node in broken_nodes if node["name"] == "demo_label_nodes")["description"] = ""
    broken_macros["settings"]["description"] = ""
    broken_macros["split_of"]["arguments"].pop()
    broken_macros["test_unique_combination"]["description"] = "Passes."
    told = set(undescribed(broken_nodes, broken_macros)) - set(undescribed(nodes, macros))
    assert told == {
        "argument split_of(split_group)",
        "argument test_unique_combination(columns)",
        "argument test_unique_combination(model)",
        "column training_set.label",
        "macro settings",
        "model training_set",
        "seed demo_label_nodes",
    }


def test_descriptions_name_no_argument_that_does_not_exist(macros):
    """Arguments in the YAML are those of the code, in its order."""
    wrong = {
        name: [argument["name"] for argument in macro["arguments"]]
        for name, macro in macros.items()
        if macro["patch_path"]
        and not name.startswith(("test_", "materialization_"))
        and [argument["name"] for argument in macro["arguments"]] != taken_arguments(macro)
    }
    assert wrong == {}


def test_engines_take_the_arguments_of_the_macro_they_implement(macros):
    """What is described for a macro holds for each engine's form of it."""
    wrong = [
        name
        for name, macro in macros.items()
        if is_implementation(name, macros)
        and taken_arguments(macro) != taken_arguments(macros[name.partition("__")[2]])
    ]
    assert wrong == []


def test_models_say_their_grain_first(nodes):
    """Every model and seed starts with what one row is."""
    tables = [node for node in nodes if node["resource_type"] in ("model", "seed")]
    assert [table["name"] for table in tables if not table["description"].startswith("One row per ")] == []


def test_described_columns_are_those_that_are_built(demo, nodes):
    """Names and order of columns, and for models their types, equal the tables in the warehouse."""
    tables = [node for node in nodes if node["resource_type"] in ("model", "seed")]
    types = sorted(
        {column["data_type"] or "varchar" for node in tables for column in node["columns"].values()}
    )
    names = demo.query("select " + ", ".join(f"typeof(cast(null as {kind}))" for kind in types))[0]
    duckdb_name = dict(zip(types, names, strict=True))
    wrong = []
    for node in tables:
        built = [(row[0], row[1]) for row in demo.query(f'describe "{node["alias"]}"')]
        described = [
            (name, duckdb_name[column["data_type"] or "varchar"]) for name, column in node["columns"].items()
        ]
        if node["resource_type"] == "seed":
            built, described = [name for name, _ in built], [name for name, _ in described]
        if built != described:
            wrong.append(f"{node['name']}: built {built}, described {described}")
    assert wrong == []


def test_columns_that_hold_null_say_why(demo, models):
    """A column with a NULL in the demo has a description that speaks of NULL."""
    silent = []
    for model in models:
        counts = ", ".join(f'count(*) - count("{name}")' for name in model["columns"])
        nulls = demo.query(f'select {counts} from "{model["alias"]}"')[0]
        for (name, column), n_nulls in zip(model["columns"].items(), nulls, strict=True):
            if n_nulls and "NULL" not in column["description"]:
                silent.append(f"{model['name']}.{name}")
    assert silent == []


def test_public_tables_keep_their_contract(models):
    """Marts are public and their columns and types enforced; nothing else is public."""
    marts = [model for model in models if model["path"].startswith("marts/")]
    assert [model["name"] for model in marts if not model["contract"]["enforced"]] == []
    assert {model["name"] for model in marts} == {
        model["name"] for model in models if model["access"] == "public"
    }


def test_words_of_the_glossary_are_used(manifest):
    """Every doc block is used, so that the glossary does not outlive the words."""
    blocks = {block["name"] for block in manifest["docs"].values() if block["package_name"] == PACKAGE}
    used = set(re.findall(r"doc\('(\w+)'\)", "".join(PROPERTIES.values())))
    assert blocks - used == {"__overview__", f"__{PACKAGE}__"}


def test_types_have_one_expression_each():
    """The type of a text list differs between engines, as do those of decimals; all files say each in the same words."""
    expressions: dict[str, set[str]] = {}
    for text in PROPERTIES.values():
        for name, expression in re.findall(r'data_type: &(\w+) ("\{\{.*\}\}")', text):
            expressions.setdefault(name, set()).add(expression)
    assert {"text_list", "decimal_29_0", "decimal_7_6"} <= set(expressions)
    assert {name: found for name, found in expressions.items() if len(found) > 1} == {}


def test_settings_are_read_in_one_file_and_stand_in_the_readme():
    """Each setting and each policy key is explained in README.md."""
    callers = {path.name for path, text in MACROS.items() if re.search(r"\bvar\(", text)}
    assert callers == {"settings.sql"}
    text = "".join(MACROS.values())
    names = re.findall(r"\bvar\('(\w+)'", text)
    defaults = re.search(r"macro policy_defaults\(\).*?endmacro", text, re.DOTALL)[0]
    keys = re.findall(r"^        '(\w+)':", defaults, re.MULTILINE)
    assert len(names) > 5 and len(keys) > 5
    readme = REPOSITORY / "README.md"
    if not readme.exists():
        pytest.skip("there is no README.md")
    assert [name for name in [*names, *keys] if f"`{name}`" not in readme.read_text()] == []


def test_nothing_is_deprecated(warehouse):
    """Parsing from scratch gives neither deprecations nor other warnings."""
    outcome = warehouse.dbt("parse", "--no-partial-parse", "--show-all-deprecations")
    assert outcome.success
    assert outcome.output == ""


def test_demo_seeds_are_off_with_own_labels(warehouse):
    """Who names inputs gets no demo seeds."""
    outcome = warehouse.dbt("parse", "--write-json", settings={"label_nodes": ["labels.parquet"]})
    assert outcome.success, outcome.output
    assert [node for node in read_manifest(warehouse)["nodes"] if node.startswith("seed.")] == []


def embedded(picture: str) -> str:
    """A picture of docs/ as it stands in a page: in the page itself, which is one file, and always light."""
    text = (REPOSITORY / "docs" / picture).read_text()
    light = re.sub(r"\n    @media \(prefers-color-scheme: dark\) \{.*?\n    \}", "", text, flags=re.DOTALL)
    return "data:image/svg+xml;base64," + base64.b64encode(light.encode()).decode()


@pytest.mark.parametrize(
    ("page", "pictures"),
    [(PAGES[0], ["lineage.svg"]), (PAGES[1], ["lineage.svg", "shapes.svg"])],
    ids=["front page", "how it works"],
)
def test_pictures_in_the_pages_are_those_of_the_readme(page, pictures):
    """Pages hold copies of the pictures; after a picture changed, paste `embedded(...)` in again."""
    found = re.findall(r"\]\((data:[^)]*)\)", page.read_text())
    assert [uri == embedded(picture) for uri, picture in zip(found, pictures, strict=True)] == [True] * len(
        pictures
    )


def test_links_in_the_pages_lead_somewhere(manifest):
    """Pages link to models that exist."""
    links = re.findall(r"\(#!/model/([^)]*)\)", "".join(page.read_text() for page in PAGES))
    assert links
    assert [link for link in links if link not in manifest["nodes"]] == []


def test_front_page_and_demo_stay_out_of_other_projects(tmp_path):
    """A project that installs the package keeps its own front page and gets no demo seeds."""
    settings = {"label_lineage": {"label_nodes": ["labels"]}}
    project = write_consumer(tmp_path / "consumer", {}, profile="consumer", vars=settings)
    profiles = (REPOSITORY / "profiles.yml").read_text().replace("label_lineage:", "consumer:", 1)
    (project / "profiles.yml").write_text(profiles)
    install(Warehouse(tmp_path, project))
    folders = ["--project-dir", str(project), "--profiles-dir", str(project)]
    parsed = dbtRunner().invoke(["parse", *folders, "--target-path", str(tmp_path / "target"), "--quiet"])
    assert parsed.success, parsed.exception
    assert f"doc.{PACKAGE}.__{PACKAGE}__" in parsed.result.docs
    assert f"doc.{PACKAGE}.__overview__" not in parsed.result.docs
    assert [node for node in parsed.result.nodes if node.startswith("seed.")] == []
