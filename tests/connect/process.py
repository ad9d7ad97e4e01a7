"""`krampevakt connect` in a process of its own, and waiting for what it does."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from skill.connect.asking import Ask, Outcome, outcome_line, read_ask


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
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self.asked: list[Ask] = []
        self.outcome: Outcome | None = "done"
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        """As the service does; with `outcome` None, as one that hangs."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            ask = read_ask(line)
            assert ask is not None
            self.asked.append(ask)
            if self.outcome is not None:
                self.process.stdin.write(outcome_line(ask.what, self.outcome).encode() + b"\n")
                self.process.stdin.flush()

    def service_dies(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(60)
