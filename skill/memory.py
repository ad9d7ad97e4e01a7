"""Memory that is free inside this process, given back to the system."""

from __future__ import annotations

import contextlib
import ctypes
import sys


def give_back() -> None:
    """Some milliseconds, so between conversations. Does nothing where the C library can't (it is glibc that keeps it).

    Rendering the sounds of a night once left 45 MB behind for as long as the service ran.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
