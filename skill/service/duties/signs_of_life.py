"""Signs of life: for systemd, and in the journal, so that a power cut can be dated."""

from __future__ import annotations

from collections.abc import Callable

from skill.journal.set_clock import CLOCK_SET_S
from skill.journal.storage.store import Journal
from skill.languages import Language
from skill.machine import give_back
from skill.messages.message import Message
from skill.service.clock import Clock
from skill.service.duties.watchdog import Watchdog
from skill.service.health import HealthWatch

ALIVE_EVERY_S = 180.0
_WELL = {
    "hearing": "service.status_hears",
    "starting": "service.status_starting",
    "off": "service.status_off",
}


class SignsOfLife:
    """systemd is told that all is well only while frames arrive and the sound system answers."""

    def __init__(
        self,
        watchdog: Watchdog,
        health: HealthWatch,
        clock: Clock,
        loudspeaker_hangs: Callable[[], bool],
        language: Callable[[], Language] = lambda: "nb",
    ) -> None:
        """`language`: what systemd is told in."""
        self._language = language
        self._watchdog = watchdog
        self._health = health
        self._clock = clock
        self._loudspeaker_hangs = loudspeaker_hangs

    def turn(self) -> None:
        health = self._health.health
        state = health.state(self._clock.now_s())
        if state == "deaf":
            self._watchdog.status(self._shown(Message("service.status_deaf", why=health.why_deaf)))
        elif self._loudspeaker_hangs():  # a new process may be answered
            self._watchdog.status(self._shown(Message("service.status_hangs")))
        elif state == "mute":  # a new process would be as mute
            self._watchdog.alive(self._shown(Message("service.status_mute", why=health.why_mute)))
        else:
            self._watchdog.alive(self._shown(Message(_WELL[state])))

    def _shown(self, status: Message) -> str:
        return status.in_language(self._language())


class AliveInJournal:
    """Every few minutes, and as soon as the clock was set: that the service runs, and what waits to be written.

    What still goes on counts as heard up to now, so until it is dated anew a clock set forward would add every night
    that it has leapt over.
    """

    def __init__(
        self, journal: Journal, clock: Clock, quiet: Callable[[], bool], written: Callable[[], None]
    ) -> None:
        """`written` is called after what waited may have been written."""
        self._journal = journal
        self._written = written
        self._clock = clock
        self._quiet = quiet
        self._next_s = 0.0
        self._ahead_s = 0.0
        self._to_give_back = False  # memory: as soon as nobody has a conversation

    def turn(self) -> None:
        if self._to_give_back and self._quiet():
            self._to_give_back = False
            give_back()
        now_s, at, reading = self._clock.now_s(), self._clock.wall(), self._clock.reading()
        ahead_s = at.timestamp() - reading.since_boot_s
        if now_s < self._next_s and abs(ahead_s - self._ahead_s) < CLOCK_SET_S:
            return
        self._next_s, self._ahead_s = now_s + ALIVE_EVERY_S, ahead_s
        self._journal.alive(at, reading)
        self._journal.flush()
        self._written()
        self._to_give_back = True
