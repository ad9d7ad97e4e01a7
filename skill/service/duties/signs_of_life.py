"""Signs of life: for systemd, and in the journal, so that a power cut can be dated."""

from __future__ import annotations

from collections.abc import Callable

from skill.journal.storage.store import Journal
from skill.languages import Language
from skill.memory import give_back
from skill.messages.message import Message
from skill.service.clock import Clock
from skill.service.duties.watchdog import Watchdog
from skill.service.health import HealthWatch

ALIVE_EVERY_S = 180.0


class SignsOfLife:
    """systemd is told that all is well only while frames arrive and the sound system answers."""

    def __init__(
        self,
        watchdog: Watchdog,
        health: HealthWatch,
        loudspeaker_hangs: Callable[[], bool],
        language: Callable[[], Language] = lambda: "nb",
    ) -> None:
        """`language`: what systemd is told in."""
        self._language = language
        self._watchdog = watchdog
        self._health = health
        self._loudspeaker_hangs = loudspeaker_hangs

    def turn(self) -> None:
        if self._health.health.switched_off:
            self._watchdog.alive(self._shown(Message("service.status_off")))
        elif self._health.deaf:
            self._watchdog.status(
                self._shown(Message("service.status_deaf", why=self._health.health.deaf_sentence))
            )
        elif self._loudspeaker_hangs():
            self._watchdog.status(
                self._shown(Message("service.status_mute"))
            )  # a new process may be answered
        else:
            self._watchdog.alive(self._shown(Message("service.status_hears")))

    def _shown(self, status: Message) -> str:
        return status.in_language(self._language())


class AliveInJournal:
    """Every few minutes: that the service runs, and what waits to be written."""

    def __init__(self, journal: Journal, clock: Clock, quiet: Callable[[], bool]) -> None:
        self._journal = journal
        self._clock = clock
        self._quiet = quiet
        self._next_s = 0.0

    def turn(self) -> None:
        now_s = self._clock.now_s()
        if now_s < self._next_s:
            return
        self._next_s = now_s + ALIVE_EVERY_S
        self._journal.alive(self._clock.wall(), self._clock.reading())
        self._journal.flush()
        if self._quiet():
            give_back()
