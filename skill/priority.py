"""Who goes first when the processor is wanted by many: the ear before all, what can wait behind all."""

from __future__ import annotations

import contextlib
import os

EAR_NICENESS = -10


def before_others() -> None:
    """For this process, where the system lets it: as root, or where limits.conf(5) gives the user a nice of -10."""
    with contextlib.suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, 0, EAR_NICENESS)
