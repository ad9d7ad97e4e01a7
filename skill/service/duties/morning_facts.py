"""What a conversation has to know of this night and of earlier ones, read anew from the journal while all is quiet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from skill.events import Record
from skill.journal.figures.tonight import Tonight, read_tonight
from skill.journal.storage.patience import Patience
from skill.journal.storage.store import Journal
from skill.service.clock import Clock

EVERY_S = 600.0  # a night grows old by itself: what was tonight is not tonight the next evening


class MorningFacts:
    """`remember` gets the facts when it starts, every ten minutes, and each time a conversation has ended."""

    def __init__(
        self, journal: Journal, clock: Clock, zone: tzinfo, remember: Callable[[Tonight], None]
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._zone = zone
        self._remember = remember
        self._patience: Patience[None] = Patience()
        self._next_s: float | None = None

    def turn(self) -> None:
        now_s = self._clock.now_s()
        if self._next_s is None or now_s >= self._next_s:
            self._next_s = now_s + EVERY_S
            self._patience.call(self._read, None)

    def saw(self, what: object) -> None:
        if isinstance(what, Record) and what.kind in ("episode_ended", "routine_ended"):
            self._patience.call(self._read, None)

    def _read(self) -> None:
        try:
            found = read_tonight(self._journal, self._clock.wall(), self._zone)
        except Exception:  # the conversation goes on with what it knew
            return
        self._remember(found)
