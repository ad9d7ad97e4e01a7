"""Letting go of old nights by the calendar: announced first, here after a grace time, in the backups after another.

A clock that is wrong must not be able to erase anything, so no step is taken on one that isn't believed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from skill.journal.keeping.backup import backups
from skill.journal.keeping.forget import clean_backup, erase_before
from skill.journal.storage.folding import set_value, value
from skill.journal.storage.rows import Summary
from skill.journal.storage.store import Journal
from skill.journal.times import from_text, night_of, to_text

GRACE = timedelta(days=7)
"""From when nights are due to be forgotten until they are; and once more until they leave the backups."""

FEWEST_TURNS = 7
"""A clock that is set forward shortens days, but not the number of daily turns."""

ORDINARY_STEP = timedelta(days=2)
"""So much later the first night to keep becomes from one turn to the next; a longer step is told of."""

_KEY = "nights_due"
_MOST_MARKS = 4 * FEWEST_TURNS


@dataclass(frozen=True, slots=True)
class Forgotten:
    """One daily turn. `due`: episodes that will go, at `leaves_at` at the earliest; `newly_due`: to be told of."""

    erased: int = 0
    due: int = 0
    newly_due: int = 0
    leaves_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Mark:
    """Nights before `first_kept` were due at `at`."""

    first_kept: date
    at: datetime


def forget_in_time(journal: Journal, keep_days: int, at: datetime, backup_folder: Path | None) -> Forgotten:
    """One daily turn, on a clock that is believed. 0 `keep_days` keeps everything, and drops what was announced.

    Raises JournalError.
    """
    if keep_days <= 0:
        _write(journal, ())
        return Forgotten()
    first_kept = night_of(at.astimezone(journal.zone)) - timedelta(days=keep_days)
    before = tuple(mark for mark in _read(journal) if mark.at <= at)
    marks = (*before, _Mark(first_kept, at))[-_MOST_MARKS:]
    _write(journal, marks)
    erased = 0
    here = _old_enough(marks, at, 1)
    if here is not None:
        erased = erase_before(journal, min(here, first_kept))
    in_backups = _old_enough(marks, at, 2)
    if in_backups is not None and backup_folder is not None:
        for backup in backups(backup_folder):
            clean_backup(backup.path, journal, min(in_backups, first_kept))
    due = _count(journal, first_kept)
    announced = min(before[-1].first_kept, first_kept) if before else date.min + timedelta(days=1)
    newly_due = due - _count(journal, announced) if first_kept - announced > ORDINARY_STEP else 0
    return Forgotten(erased, due, newly_due, at + GRACE)


def nights_due(journal: Journal, keep_days: int, at: datetime) -> int:
    """How many nights would be due at `at` if `keep_days` were chosen: to be asked before it is. 0 keeps all."""
    if keep_days <= 0:
        return 0
    first_kept = night_of(at.astimezone(journal.zone)) - timedelta(days=keep_days)
    return len({summary.night for summary in _before(journal, first_kept)})


def _old_enough(marks: tuple[_Mark, ...], at: datetime, graces: int) -> date | None:
    """What was due so many grace times ago, by the calendar and by the number of turns since."""
    ripe = marks[: -graces * FEWEST_TURNS] if len(marks) > graces * FEWEST_TURNS else ()
    old = [mark.first_kept for mark in ripe if mark.at + graces * GRACE <= at]
    return max(old, default=None)


def _count(journal: Journal, first_kept: date) -> int:
    return len(_before(journal, first_kept))


def _before(journal: Journal, first_kept: date) -> Sequence[Summary]:
    return journal.episodes(
        until=first_kept - timedelta(days=1), include_deleted=True, include_false_starts=True
    )


def _read(journal: Journal) -> tuple[_Mark, ...]:
    def work(connection: Connection) -> tuple[_Mark, ...]:
        try:
            rows = json.loads(value(connection, _KEY) or "[]")
            return tuple(_Mark(date.fromisoformat(day), from_text(at)) for day, at in rows)
        except (ValueError, TypeError):
            return ()

    return journal.transact(work)


def _write(journal: Journal, marks: tuple[_Mark, ...]) -> None:
    text = json.dumps([(mark.first_kept.isoformat(), to_text(mark.at)) for mark in marks])
    journal.transact(lambda connection: set_value(connection, _KEY, text))
