"""Every output of profiles.yml is one that its adapter takes, also where nobody has set anything."""

from __future__ import annotations

import importlib.util
import os
import socket
from argparse import Namespace

import pytest
import yaml
from dbt.config.runtime import load_profile
from dbt.flags import set_from_args
from dbt_common.context import set_invocation_context
from engine import REPOSITORY
from missing import Missing, absent

OUTPUTS = yaml.safe_load((REPOSITORY / "profiles.yml").read_text())["label_lineage"]["outputs"]


@pytest.fixture
def credentials(monkeypatch):
    """Loads the credentials of an output with these variables and no others, and without asking anybody."""

    def refuse(*_):
        raise RuntimeError("the adapter connects while it reads the profile")

    def load(output: str, **variables: str):
        adapter = OUTPUTS[output]["type"]
        if importlib.util.find_spec(f"dbt.adapters.{adapter}") is None:
            absent(Missing(f"dbt-{adapter} is not installed; see make test-engines"))
        others = {name: value for name, value in os.environ.items() if not name.startswith("LABEL_LINEAGE_")}
        set_invocation_context(
            {**others, **{f"LABEL_LINEAGE_{name}": value for name, value in variables.items()}}
        )
        set_from_args(Namespace(PROFILES_DIR=str(REPOSITORY)), None)
        monkeypatch.setattr(socket.socket, "connect", refuse)
        return load_profile(str(REPOSITORY), {}, target_override=output).credentials

    return load


@pytest.mark.parametrize("output", OUTPUTS, ids="output {}".format)
def test_outputs_load_as_they_are(output, credentials):
    """Without a variable set nothing is refused and nobody is asked, not even by a browser."""
    assert credentials(output).type == OUTPUTS[output]["type"]


def test_bytes_billed_are_a_number(credentials):
    """A limit is taken as one; without a variable there is none."""
    limited = credentials("bigquery", BIGQUERY_MAXIMUM_BYTES_BILLED="1000000")
    assert limited.maximum_bytes_billed == 1_000_000
    assert credentials("bigquery").maximum_bytes_billed == 0


def test_tokens_and_oauth_of_databricks(credentials):
    """A token wins; OAuth is for who asks for it, and asks the service at once."""
    assert credentials("databricks").token == "none"
    assert credentials("databricks", DATABRICKS_TOKEN="dapi").token == "dapi"
    with pytest.raises(Exception, match="oauth-m2m: the adapter connects"):
        credentials(
            "databricks",
            DATABRICKS_AUTH_TYPE="oauth",
            DATABRICKS_CLIENT_ID="one",
            DATABRICKS_CLIENT_SECRET="dose",
        )
