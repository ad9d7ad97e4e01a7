"""A hearing process in reserve: it has done its imports, most of a start, and waits for its configuration."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress

import psutil

from skill.machine import own_program

AFTER_S = 5.0  # let the one that begins to listen have the machine for itself first
LATEST_S = 300.0  # however often it has died, another one is made after this


def spawn_child() -> subprocess.Popen[bytes]:
    """A hearing process that waits for its configuration."""
    return subprocess.Popen(
        own_program("skill.hearing.process.worker"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # ALSA and libvosk talk a lot
        bufsize=0,
        start_new_session=True,  # a terminal that is closed, or Ctrl-C in it, is the service's affair
    )


class Spare:
    """Keeps one such process ready. Costs 20 MB, and nothing while it waits."""

    def __init__(self, first: subprocess.Popen[bytes] | None = None) -> None:
        self._process = first
        self._wait_s = AFTER_S
        self._make_at_s = time.monotonic() + AFTER_S

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def take(self) -> subprocess.Popen[bytes]:
        """One that can be used: the one in reserve, unless it has died or was stopped there."""
        process, self._process = self._process, None
        self._make_at_s = time.monotonic() + AFTER_S
        if process is not None and not _sound(process):
            _end(process)
            process = None
        return process or spawn_child()

    def keep(self) -> None:
        """Call now and then while all is well: makes one where there is none, ever more seldom if they die."""
        now_s = time.monotonic()
        if self._process is not None:
            if self._process.poll() is None:
                return
            _end(self._process)
            self._process = None
            self._wait_s = min(2 * self._wait_s, LATEST_S)
            self._make_at_s = now_s + self._wait_s
        if now_s >= self._make_at_s:
            self._make_at_s = now_s + self._wait_s
            with suppress(OSError):  # no memory for it now
                self._process = spawn_child()

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            _end(process)


def _sound(process: subprocess.Popen[bytes]) -> bool:
    try:
        return process.poll() is None and psutil.Process(process.pid).status() != psutil.STATUS_STOPPED
    except psutil.Error:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
