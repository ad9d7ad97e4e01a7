"""The last thing that a command does: what was printed goes out where somebody reads it, and the process ends."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

LAST_FLUSH_S = 2.0
LONGEST_END_S = 8.0  # of the ten that systemd allows


def leave_process(code: int, last: Callable[[], None] = lambda: None) -> NoReturn:
    """End now, after `last` and a flush where they come back soon, without Python's own tidying up.

    It cost seconds of a processor, longer than systemd waits on a busy machine, and it waits without a limit for
    drivers that other threads are still in a call of (PortAudio ended while it lists its devices).
    """
    _flushed(last)
    os._exit(code)


def leave_at_the_latest(code: int, within_s: float = LONGEST_END_S) -> None:
    """Whatever the parts that are being put away wait for, the process ends within so many seconds from now."""
    last = threading.Timer(within_s, os._exit, (code,))
    last.daemon = True
    last.start()


def let_go_of_a_closed_pipe() -> None:
    """Python flushes once more when it ends; where nobody reads any more that would be an error of ours.

    Where the pipe is full and nobody reads it, that flush would wait for ever: then the process ends without it.
    """
    if not _flushed(lambda: None):
        os._exit(_exit_code(sys.exc_info()[1]))


def _flushed(last: Callable[[], None]) -> bool:
    flushing = threading.Thread(target=_flush, args=(last,), name="flush", daemon=True)
    flushing.start()
    flushing.join(LAST_FLUSH_S)
    return not flushing.is_alive()


def _flush(last: Callable[[], None]) -> None:
    last()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, ValueError):
            continue
        except OSError:
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _exit_code(error: BaseException | None) -> int:
    if error is None:
        return 0
    code = error.code if isinstance(error, SystemExit) else 1
    return code if isinstance(code, int) else int(code is not None)
