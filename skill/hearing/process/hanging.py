"""Does a process that gives no sign of life hang, or does it wait for a machine that is busy with other things?"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psutil

PATIENCE_S = 10.0  # with one that is at work, or waits for a processor or the disk
WORK = 0.4  # of that patience: more than this of a processor's own time takes no turn, so it goes round in a circle
NOTABLE_S = 0.02  # clocks of processes go in steps of a hundredth
WAITING = frozenset("RD")  # at work or in the queue for a processor; for the disk
STOPPED = frozenset("Tt")


class Doubt:
    """From when a sign of life of process `pid` is overdue until it comes. Ask `hangs` while there is none."""

    def __init__(self, pid: int, patience_s: float = PATIENCE_S) -> None:
        self._pid = pid
        self._patience_s = patience_s
        self._used_s = self._first_used_s = self._used()

    def hangs(self, silent_s: float) -> bool:
        """Does it look like that just now? `silent_s` is the time since its last sign."""
        states = _states(self._pid)
        before_s, self._used_s = self._used_s, self._used()
        if silent_s >= self._patience_s or self._used_s - self._first_used_s >= WORK * self._patience_s:
            return True
        if states & STOPPED:
            return True
        return not states & WAITING and self._used_s - before_s < NOTABLE_S

    def _used(self) -> float:
        with suppress(psutil.Error):
            times = psutil.Process(self._pid).cpu_times()
            return float(times.user + times.system)
        return 0.0


def _states(pid: int) -> frozenset[str]:
    """Letters of proc(5), of each thread where the system tells them: one that waits for another waits with it."""
    with suppress(OSError, IndexError):
        texts = [path.read_text("ascii", "replace") for path in Path(f"/proc/{pid}/task").glob("*/stat")]
        if texts:
            return frozenset(text.rpartition(")")[2].split()[0] for text in texts)
    with suppress(psutil.Error):
        status = psutil.Process(pid).status()
        letters = {psutil.STATUS_RUNNING: "R", psutil.STATUS_DISK_SLEEP: "D", psutil.STATUS_STOPPED: "T"}
        return frozenset(letters.get(status, "S"))
    return frozenset("S")
