"""Once a day: let go of nights older than the person wants to keep, and make a verified copy of the rest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from skill.errors import KrampevaktError
from skill.journal.keeping.backup import backups, make_backup
from skill.journal.keeping.forget import erase_old_nights
from skill.journal.storage.store import Journal
from skill.paths import UserPaths
from skill.service.clock import Clock
from skill.service.ports import Tell

BACKUP_EVERY = timedelta(hours=24)
NO_BACKUP = (
    "Sikkerhetskopien ble ikke laget ({why}). Hjelpen og dagboka er som før. Se etter om disken er full."
)
FIRST_AFTER = timedelta(minutes=10)


class DailyBackup:
    """Works in a thread of its own; only begun while no conversation goes on."""

    def __init__(
        self, paths: UserPaths, journal: Journal, clock: Clock, quiet: Callable[[], bool],
        keep_days: Callable[[], int], tell: Tell,
    ) -> None:  # fmt: skip
        self._paths = paths
        self._journal = journal
        self._clock = clock
        self._quiet = quiet
        self._keep_days = keep_days
        self._tell = tell
        self._next: datetime | None = None

    def turn(self) -> None:
        now = self._clock.wall()
        if self._next is None:
            newest = next(iter(backups(self._paths.backups)), None)
            self._next = newest.at + BACKUP_EVERY if newest else now + FIRST_AFTER
        if now >= self._next and self._quiet():
            self._next = now + BACKUP_EVERY
            threading.Thread(target=self._copy, args=(now,), name="backup", daemon=True).start()

    def _copy(self, now: datetime) -> None:
        try:
            erase_old_nights(self._journal, self._keep_days(), now, self._paths.backups)
            make_backup(self._paths.database_file, self._paths.backups, now)
        except KrampevaktError as error:
            self._tell("journal", "degraded", str(error))
        except Exception as error:  # a thread of its own: nobody else would tell
            self._tell("journal", "degraded", NO_BACKUP.format(why=error))
