"""The process that learns (skill/enrol/worker.py): told by lines, tells by lines."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from skill.machine import own_program

Line = Mapping[str, Any]


class EnrolmentProcess:
    """Methods may be called from any thread; none of them waits for the process."""

    def __init__(
        self, settings: Path, personal: Path, told: Callable[[Line], None], ended: Callable[[], None]
    ) -> None:
        """`told` and `ended` are called from a thread of this object. Raises OSError where it can't be started."""
        self._told = told
        self._ended = ended
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._child = subprocess.Popen(
            own_program("skill.enrol.worker"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.send({"settings": str(settings), "personal": str(personal)})
        threading.Thread(target=self._write, name="enrolment in", daemon=True).start()
        threading.Thread(target=self._read, name="enrolment out", daemon=True).start()

    def send(self, line: Line) -> None:
        self._lines.put(json.dumps(line).encode() + b"\n")

    def end(self) -> None:
        """What it has not stored by now is forgotten."""
        self._child.kill()
        self._lines.put(None)

    def _write(self) -> None:
        pipe = self._child.stdin
        assert pipe is not None
        with suppress(OSError, ValueError):
            while (line := self._lines.get()) is not None:
                pipe.write(line)
                pipe.flush()
        with suppress(OSError):
            pipe.close()

    def _read(self) -> None:
        pipe = self._child.stdout
        assert pipe is not None
        with pipe, suppress(OSError, ValueError):
            for line in pipe:
                self._told(json.loads(line))
        self.end()
        self._child.wait()
        self._ended()
