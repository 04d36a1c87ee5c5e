"""Servers do not outlive the tests that started them."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

PARENT = """
import subprocess, sys
from children import end_with_parent
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, preexec_fn=end_with_parent)
print("started", flush=True)
child.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has ended")
def test_a_killed_parent_takes_its_children_along():
    """The output, which both hold open, is at its end when both are gone."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=Path(__file__).parent, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout.readline() == "started\n"
    parent.send_signal(signal.SIGKILL)
    assert parent.communicate(timeout=30) == ("", None)
