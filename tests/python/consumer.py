"""A dbt project of somebody else, in a temporary folder, that installs this package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from dbt.cli.main import dbtRunner
from warehouse import REPOSITORY, Warehouse


def write_consumer(folder: Path, own_models: dict[str, str], **project: Any) -> Path:
    """Write a consumer project: dbt_project.yml, packages.yml and its models.

    Args:
        folder: Where; made if absent.
        own_models: SQL of the consumer's own models, by name.
        project: Further keys of dbt_project.yml, such as `models` or `vars`.

    Returns:
        The folder, for `Warehouse.project`.
    """
    (folder / "models").mkdir(parents=True, exist_ok=True)
    settings = {
        "name": "consumer",
        "version": "1.0.0",
        "config-version": 2,
        "profile": "label_lineage",
        "flags": {
            "send_anonymous_usage_stats": False,
            "require_unique_project_resource_names": True,
            "require_ref_searches_node_package_before_root": True,
        },
        **project,
    }
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    (folder / "packages.yml").write_text(yaml.safe_dump({"packages": [{"local": str(REPOSITORY)}]}))
    for name, sql in own_models.items():
        (folder / "models" / f"{name}.sql").write_text(sql)
    return folder


def install(warehouse: Warehouse) -> None:
    """Run `dbt deps` in the consumer's folder, where dbt puts the package."""
    folders = ["--project-dir", str(warehouse.project), "--profiles-dir", str(REPOSITORY)]
    result = dbtRunner().invoke(["deps", *folders, "--log-level-file", "none", "--quiet"])
    assert result.success, result.exception
