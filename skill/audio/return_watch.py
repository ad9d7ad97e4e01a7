"""Is a missing device there again? PortAudio's list is frozen, so another process looks at a fresh one.

Looking again in this process would end its streams, and somebody may be crying out.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from skill.audio.portaudio import Direction

LOOK_EVERY_S = 30.0
_LIMIT_S = 20.0
_LOOK = (
    "import sys; from skill.audio.portaudio import find_named, list_devices; "
    "sys.exit(find_named(sys.argv[2], list_devices(sys.argv[1])) is None)"
)


class ReturnWatch:
    """Ask `is_back` as often as one likes: it never waits, and looks every half minute."""

    def __init__(self, name: str, direction: Direction, clock: Callable[[], float] = time.monotonic) -> None:
        self._command = [sys.executable, "-P", "-c", _LOOK, direction, name]
        self._clock = clock
        self._next_s = clock() + LOOK_EVERY_S
        self._looking: subprocess.Popen[bytes] | None = None

    def is_back(self) -> bool:
        """True once the device was seen."""
        now_s = self._clock()
        if self._looking is None:
            if now_s >= self._next_s:
                self._begin(now_s)
            return False
        status = self._looking.poll()
        if status is None:
            if now_s > self._next_s + _LIMIT_S:
                self._looking.kill()
            return False
        self._looking, self._next_s = None, now_s + LOOK_EVERY_S
        return status == 0

    def close(self) -> None:
        if self._looking is not None:
            self._looking.kill()
            self._looking.wait()
            self._looking = None

    def _begin(self, now_s: float) -> None:
        self._next_s = now_s
        try:
            self._looking = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:  # no process to be had now: looked for again later
            self._next_s = now_s + LOOK_EVERY_S
