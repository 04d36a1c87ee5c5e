"""What a server says that cannot be had here, and what becomes of its tests."""

from __future__ import annotations

import os

import pytest


class Missing(Exception):
    """An engine is not installed, and cannot be installed or built from here."""


def absent(missing: Missing) -> None:
    """Skip the test here, and fail it on a build machine (CI is set)."""
    if os.environ.get("CI"):
        pytest.fail(str(missing))
    pytest.skip(str(missing))
