"""Which cases `make test` takes, and which only `make test-faults`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def mostly_long(cases: Iterable[Any], short: Collection[Any]) -> list[Any]:
    """Parameters of a test, of which all but the short ones are marked `long`."""
    return [case if case in short else pytest.param(case, marks=pytest.mark.long) for case in cases]
