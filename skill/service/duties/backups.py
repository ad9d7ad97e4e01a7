"""Once a day: let go of nights older than the person wants to keep, and make a verified copy of the rest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from skill.errors import KrampevaktError
from skill.journal.keeping.backup import backups, make_backup, newest_first
from skill.journal.keeping.clock_proof import ClockProof, prove_clock, time_servers_agree
from skill.journal.keeping.forget_in_time import forget_in_time
from skill.journal.storage.store import Journal
from skill.messages.message import Message, sentence_of
from skill.paths import UserPaths
from skill.service.clock import Clock
from skill.service.ports import FaultReports

BACKUP_EVERY = timedelta(hours=24)
FIRST_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class BackupPlan:
    """What is copied and to where, and for how many days nights are kept (0: for ever)."""

    paths: UserPaths
    keep_days: Callable[[], int]


class DailyBackup:
    """Works in a thread of its own; only begun while no conversation goes on.

    Turns are counted on the monotonic clock, so that a clock that is set neither stops nor hurries them.
    """

    def __init__(
        self, plan: BackupPlan, journal: Journal, clock: Clock, quiet: Callable[[], bool],
        faults: FaultReports, synchronised: Callable[[], bool | None] = time_servers_agree,
    ) -> None:  # fmt: skip
        self._paths = plan.paths
        self._journal = journal
        self._clock = clock
        self._quiet = quiet
        self._keep_days = plan.keep_days
        self._tell = faults.tell
        self._mended = faults.mended
        self._synchronised = synchronised
        self._next_s: float | None = None

    def turn(self) -> None:
        now, now_s = self._clock.wall(), self._clock.now_s()
        if self._next_s is None:
            newest = next(iter(newest_first(backups(self._paths.backups), now)), None)
            wait = newest.at + BACKUP_EVERY - now if newest else FIRST_AFTER
            self._next_s = now_s + min(max(wait, timedelta()), BACKUP_EVERY).total_seconds()
        if now_s >= self._next_s and self._quiet():
            self._next_s = now_s + BACKUP_EVERY.total_seconds()
            threading.Thread(target=self._copy, args=(now,), name="backup", daemon=True).start()

    def _copy(self, now: datetime) -> None:
        try:
            proof = prove_clock(self._journal, now, self._synchronised())
            if proof.believed:
                self._mended("clock", "doubt")
                self._forget(now)
            else:
                day = now.astimezone(self._journal.zone)
                self._tell(
                    "clock", "degraded", Message("service.clock_in_doubt", day=f"{day:%d.%m.%Y}"), "doubt"
                )
            self._make(now, proof)
            self._mended("journal", "backup")
        except KrampevaktError as error:
            self._tell("journal", "degraded", sentence_of(error), "backup")
        except Exception as error:  # a thread of its own: nobody else would tell
            self._tell("journal", "degraded", Message("service.no_backup", why=error), "backup")

    def _forget(self, now: datetime) -> None:
        done = forget_in_time(self._journal, self._keep_days(), now, self._paths.backups)
        if done.newly_due and done.leaves_at is not None:
            day = done.leaves_at.astimezone(self._journal.zone)
            self._tell(
                "journal",
                "notice",
                Message("service.nights_are_due", count=done.newly_due, day=f"{day:%d.%m.%Y}"),
            )

    def _make(self, now: datetime, proof: ClockProof) -> None:
        file, folder = self._paths.database_file, self._paths.backups
        if proof.believed:
            make_backup(file, folder, now)
        elif proof.proved_at is not None and now > proof.proved_at:
            make_backup(file, folder, now, spare_until=proof.proved_at)
        else:
            make_backup(file, folder, now, rotate=False)
