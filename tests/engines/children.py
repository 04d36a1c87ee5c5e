"""What becomes of the processes that the tests start when the tests themselves are killed."""

from __future__ import annotations

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent() -> None:
    """For `preexec_fn`: on Linux the process gets SIGTERM when the one that started it ends, however that is."""
    if libc:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
