"""This process and its machine: its place in the queue, memory, the streams it begins with, and others of its kind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from typing import BinaryIO

EAR_NICENESS = -10  # the ear goes before all, what can wait behind all
_M_ARENA_MAX = -8  # of glibc's malloc.h
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


def few_arenas() -> None:
    """For this process, before its threads begin: they share two stores of free memory instead of one for each.

    What a page is made of is freed by the thread that made it, and glibc gives each thread a store of its own, which
    it seldom gives back: the service was seen to swing by 20 to 50 MB while pages were read.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def give_back() -> None:
    """Some milliseconds, so between conversations. Does nothing where the C library can't (it is glibc that keeps it).

    Rendering the sounds of a night once left 45 MB behind for as long as the service ran.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def behind_others(niceness: int) -> None:
    """What can wait goes behind what can't, where that may be asked."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(niceness)


def own_answers() -> BinaryIO:
    """Standard output, for this process's own messages alone: what a library prints goes to standard error."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return out


def own_program(module: str, *words: str) -> list[str]:
    """The command that runs a module of ours in a process of its own.

    Python would look for every module in the folder that the person stands in first (`-m`), and take a random.py or
    numpy.py of theirs for its own; -P keeps that folder out.
    """
    return [sys.executable, "-P", "-m", module, *words]


def fill_standard_streams() -> None:
    """Give numbers 0 to 2 to nothing where they were closed (`>&-`).

    Else the next file or pipe that is opened gets them, and what the sound libraries print to number 2 is written
    into it: the pipe to the hearing process, a page, the journal's reserve.
    """
    with contextlib.suppress(OSError):
        while (opened := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(opened)
