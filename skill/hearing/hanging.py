"""Does a process that gives no sign of life hang, or does it wait for a machine that is busy with other things?"""

from __future__ import annotations

import psutil

PATIENCE_S = 8.0  # with one that is at work, or waits for a processor or the disk
MOST_WORK_S = 4.0  # of a processor's time, for one sign: no turn takes so much, so it goes round in a circle
NOTABLE_S = 0.02  # clocks of processes go in steps of a hundredth
WAITING = (psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP)  # "running" is also said of one that waits for a processor


class Doubt:
    """From the last sign of life of process `pid` until the next one. Ask `hangs` while there is none."""

    def __init__(self, pid: int, patience_s: float = PATIENCE_S, most_work_s: float = MOST_WORK_S) -> None:
        self._pid = pid
        self._patience_s = patience_s
        self._most_work_s = most_work_s
        self._used_s = self._first_used_s = self._used()

    def hangs(self, silent_s: float) -> bool:
        """Is that clear by now? `silent_s` is the time since its last sign."""
        try:
            status = psutil.Process(self._pid).status()
        except psutil.Error:
            return False  # it has ended, which shows otherwise
        before_s, self._used_s = self._used_s, self._used()
        if status == psutil.STATUS_STOPPED or silent_s >= self._patience_s:
            return True
        if self._used_s - self._first_used_s >= self._most_work_s:
            return True
        return status not in WAITING and self._used_s - before_s < NOTABLE_S

    def _used(self) -> float:
        try:
            times = psutil.Process(self._pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)
