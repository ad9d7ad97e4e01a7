"""`krampevakt connect` in a process of its own, and waiting for what it does."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path


def until(condition: Callable[[], bool], limit_s: float = 120.0) -> None:
    pause, end_s = threading.Event(), time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end_s
        pause.wait(0.05)


class Beside:
    """`krampevakt connect --beside-service`, as the service starts it, on a machine that is set to Norway's time.

    A night runs from noon to noon in the machine's zone, so a test that writes its rows in another
    zone than this process's would fail in the hours between the two noons.
    """

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-m", "skill", "--home", str(home), "connect", "--beside-service"]
        environment = os.environ | {"TZ": "Europe/Oslo"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)

    def service_dies(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(60)
