"""Who goes first when the processor is wanted by many: the ear before all, what can wait behind all."""

from __future__ import annotations

import contextlib
import os

EAR_NICENESS = -10
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
