"""Looks out for a clock that is set, by comparing it with the time since the machine started."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from skill.errors import JournalError
from skill.journal.keeping.clock_correction import move_to_set_clock
from skill.journal.keeping.clock_proof import prove_clock, time_servers_agree
from skill.journal.set_clock import CLOCK_SET_S
from skill.journal.storage.patience import Patience
from skill.journal.storage.store import Journal
from skill.journal.times import ClockReading
from skill.messages.message import Message
from skill.service.clock import Clock
from skill.service.ports import Tell

TRY_AGAIN_S = 60.0


class SetClockWatch:
    """When the clock has been set, and at the start: what was written on another clock is moved, if this is believed.

    Never during a conversation, which stays on the clock that it began with.
    """

    def __init__(
        self, journal: Journal, clock: Clock, quiet: Callable[[], bool], tell: Tell,
        synchronised: Callable[[], bool | None] = time_servers_agree,
    ) -> None:  # fmt: skip
        self._journal = journal
        self._clock = clock
        self._quiet = quiet
        self._tell = tell
        self._synchronised = synchronised
        self._patience: Patience[None] = Patience()
        self._ahead_s: float | None = None
        self._try_at_s = 0.0

    def turn(self) -> None:
        at, reading = self._clock.wall(), self._clock.reading()
        ahead_s = at.timestamp() - reading.since_boot_s
        if self._ahead_s is not None and abs(ahead_s - self._ahead_s) < CLOCK_SET_S:
            return
        if not self._quiet() or reading.since_boot_s < self._try_at_s:
            return
        self._patience.call(lambda: self._correct(at, reading), None)

    def _correct(self, at: datetime, reading: ClockReading) -> None:
        try:
            first_look = self._ahead_s is None
            believed = prove_clock(self._journal, at, self._synchronised(), first_look=first_look).believed
            corrected = move_to_set_clock(self._journal, at, reading) if believed else 0
        except JournalError:  # told of already, and what could not be moved is moved when it can be written
            self._try_at_s = reading.since_boot_s + TRY_AGAIN_S
            return
        self._ahead_s = at.timestamp() - reading.since_boot_s
        if corrected:
            self._tell("clock", "notice", Message("service.moved_to_set_clock", count=corrected))
