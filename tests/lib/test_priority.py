"""Long work gives way: its process and, where the server is ours, its backend."""

import os
import subprocess
import sys

import pytest

from config.lib.priority import NICE

GIVE_WAY = """
import os, sys
from config.lib.priority import give_way

class Cursor:
    def execute(self, statement): self.asked = statement
    def fetchone(self): return (int(sys.argv[1]),)

give_way(Cursor(), own_server=sys.argv[2] == "ours")
print(os.getpriority(os.PRIO_PROCESS, 0))
"""


@pytest.mark.parametrize(("whose", "lowered"), [("ours", True), ("outside", False)])
def test_the_process_and_our_own_backend_give_way(whose, lowered):
    with subprocess.Popen(["sleep", "30"]) as backend:
        before = os.getpriority(os.PRIO_PROCESS, backend.pid)
        told = subprocess.run(
            [sys.executable, "-c", GIVE_WAY, str(backend.pid), whose],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        after = os.getpriority(os.PRIO_PROCESS, backend.pid)
        backend.kill()
    assert int(told.stdout) >= NICE
    assert after == (max(before, NICE) if lowered else before)
