"""The evening's stretches, once a day at the hour that the person chose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

LATEST = timedelta(minutes=5)  # who switches the device on later than this is not reminded that day


class EveningReminder:
    """`remind` is called when it is time and no conversation goes on."""

    def __init__(
        self,
        wanted: Callable[[], str],
        local: Callable[[], datetime],
        quiet: Callable[[], bool],
        remind: Callable[[], None],
    ) -> None:
        """`wanted`: local time as "21:30", or "" for none."""
        self._wanted = wanted
        self._local = local
        self._quiet = quiet
        self._remind = remind
        self._reminded_on = ""

    def turn(self) -> None:
        wanted = self._wanted()
        if not wanted:
            return
        local = self._local()
        today, due = local.date().isoformat(), time.fromisoformat(wanted)
        late = timedelta(hours=local.hour - due.hour, minutes=local.minute - due.minute)
        if self._reminded_on != today and timedelta() <= late < LATEST and self._quiet():
            self._reminded_on = today
            self._remind()
