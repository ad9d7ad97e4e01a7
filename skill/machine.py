"""What this process takes of its machine: its place in the queue for a processor, and memory, given back when free."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

EAR_NICENESS = -10  # the ear goes before all, what can wait behind all
_EAR_RANK = 1  # the lowest of those that go before all ordinary programs


def before_others() -> None:
    """For this process, where the system lets it: as root, or as limits.conf(5) gives the user `nice` and `rtprio`.

    Niceness counts within a group of programs only, so where there are processors enough for others to go on beside it
    (two), the ear goes before every program that isn't of its own kind.
    """
    with contextlib.suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, 0, EAR_NICENESS)
    with contextlib.suppress(AttributeError, OSError):
        if len(os.sched_getaffinity(0)) > 1:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(_EAR_RANK))


def give_back() -> None:
    """Some milliseconds, so between conversations. Does nothing where the C library can't (it is glibc that keeps it).

    Rendering the sounds of a night once left 45 MB behind for as long as the service ran.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
