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
from skill.service.ports import Mended, Tell, Witness

T = TypeVar("T")
_log = logging.getLogger(__name__)

WAITING = 1000  # things that a slow observer may be behind with; then the oldest are dropped
LAST_WORDS_S = 1.0
PROVED_BY = 60  # calls in a row that go well: for what is done each second, a minute


class Guard:
    """Calls things so that nothing they raise comes through. From any thread."""

    def __init__(self, tell: Tell, mended: Mended = lambda _source, _cause: None) -> None:
        self._tell = tell
        self._mended = mended
        self._well_since: dict[str, int] = {}  # calls that went well, of what has failed

    def call(self, what: str, work: Callable[[], T], otherwise: T) -> T:
        """What `work` gives, else `otherwise`. `what` names the part to a person, and is told of once."""
        try:
            done = work()
            self._went_well(what)
            return done
        except (KeyboardInterrupt, SystemExit) as error:  # no observer decides when the night ends
            self._failed(what, error)
        except BaseException as error:
            self._failed(what, error)
        return otherwise

    def _failed(self, what: str, error: BaseException) -> None:
        told, self._well_since[what] = what in self._well_since, 0
        if told:
            return
        with contextlib.suppress(Exception):
            _log.error("%s failed", what, exc_info=error)
        with contextlib.suppress(Exception):
            self._tell("service", "notice", Message("service.part_fails", what=what, why=why(error)), what)

    def _went_well(self, what: str) -> None:
        if what not in self._well_since:
            return
        self._well_since[what] += 1
        if self._well_since[what] >= PROVED_BY:
            self._well_since.pop(what, None)
            self._mended("service", what)


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


class WitnessInTheLoop:
    """An observer that sees things at once, in the loop's thread, because it hands on at once what it makes of them.

    For what is quick; it can't fail into the conversation either.
    """

    def __init__(self, guard: Guard, what: str, witness: Witness) -> None:
        self._guard = guard
        self._what = what
        self._witness = witness

    def saw(self, what: object) -> None:
        self._guard.call(self._what, lambda: self._witness.saw(what), None)


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
