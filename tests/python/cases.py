"""Which cases `make test` takes, and which only `make test-all`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def mostly_long(cases: Iterable[Any], short: Collection[Any]) -> list[Any]:
    """Parameters of a test, each a value or a tuple of values, of which all but the short ones are marked `long`."""
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else [case]), marks=[] if case in short else pytest.mark.long
        )
        for case in cases
    ]
