"""What the night does not depend on may fail in any way: it is told once, and the night goes on without it.

One rule, held in one place: observers (terminal, pages, log), side rooms and duties are called through a `Guard`,
and whatever they raise ends there.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from skill.messages.message import Message, sentence_of
from skill.service.ports import Tell, Witness

T = TypeVar("T")
_log = logging.getLogger(__name__)

WAITING = 1000  # things that a slow observer may be behind with; then the oldest are dropped
LAST_WORDS_S = 1.0


class Guard:
    """Calls things so that nothing they raise comes through. From any thread."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._told: set[str] = set()

    def call(self, what: str, work: Callable[[], T], otherwise: T) -> T:
        """What `work` gives, else `otherwise`. `what` names the part to a person, and is told of once."""
        try:
            return work()
        except (KeyboardInterrupt, SystemExit) as error:  # no observer decides when the night ends
            self._failed(what, error)
        except BaseException as error:
            self._failed(what, error)
        return otherwise

    def _failed(self, what: str, error: BaseException) -> None:
        if what in self._told:
            return
        self._told.add(what)
        with contextlib.suppress(Exception):
            _log.error("%s failed", what, exc_info=error)
        with contextlib.suppress(Exception):
            self._tell("service", "notice", Message("service.part_fails", what=what, why=why(error)))


def why(error: BaseException) -> str:
    """An error in a few words, whatever its own text does."""
    with contextlib.suppress(Exception):
        text = error.strerror if isinstance(error, OSError) and error.strerror else sentence_of(error)
        if isinstance(text, Message):
            return text
        if text:
            return text.splitlines()[0][:120]
    return type(error).__name__


class Calls:
    """A witness of things to be called: what a terminal is to print, say."""

    def saw(self, what: object) -> None:
        if callable(what):
            what()


class GuardedWitness:
    """An observer that can neither fail into the conversation nor hold it up: it sees things in a thread of its own.

    A terminal whose reader has stopped reading would otherwise block the loop, and nobody would be answered.
    """

    def __init__(self, guard: Guard, what: str, witness: Witness) -> None:
        self._guard = guard
        self._what = what
        self._witness = witness
        self._queue: queue.Queue[object] = queue.Queue(WAITING)
        self._end = object()
        self._thread = threading.Thread(target=self._see, name="observer", daemon=True)
        self._thread.start()

    def saw(self, what: object) -> None:
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(what)

    def close(self) -> None:
        """Let it see what is left, but don't wait long for that."""
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(self._end)
        self._thread.join(LAST_WORDS_S)

    def _see(self) -> None:
        while (what := self._queue.get()) is not self._end:
            self._guard.call(self._what, lambda seen=what: self._witness.saw(seen), None)  # type: ignore[misc]
