"""Whether the machine's clock may be believed, before anything is done that can't be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from skill.journal.storage import tables
from skill.journal.storage.folding import set_value, value
from skill.journal.storage.store import Journal
from skill.journal.times import from_text, to_text

RELEASED = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows a moment before the year in which this program was made."""

MOST_AHEAD = timedelta(days=60)
"""So long may a device lie unused before its clock must be proved in another way."""

MOST_BEHIND = timedelta(days=1)

_KEY = "clock_proved_at"


@dataclass(frozen=True, slots=True)
class ClockProof:
    """`proved_at`: the last moment that was believed, None where there never was one."""

    believed: bool
    proved_at: datetime | None = None


def prove_clock(
    journal: Journal, at: datetime, synchronised: bool | None, *, first_look: bool = False
) -> ClockProof:
    """Compare `at` with the last moment that was believed, and remember it when it is believed too.

    Believed is what time servers have confirmed (`synchronised`), and what lies at most MOST_AHEAD after the last
    believed moment; at first, after the last row of an earlier run. A moment before RELEASED never is: a machine
    without a clock starts in 1970, or where it was last switched off. On a `first_look`, right after a start, a clock
    that nothing speaks for or against is believed but not remembered: it may be set any moment. Raises JournalError.
    """

    def work(connection: Connection) -> ClockProof:
        known = value(connection, _KEY)
        proved_at = from_text(known) if known else _last_of_earlier_runs(connection)
        unknown = not synchronised and proved_at is None
        believed = at >= RELEASED and (
            synchronised or proved_at is None or -MOST_BEHIND <= at - proved_at <= MOST_AHEAD
        )
        if believed and not (unknown and first_look):
            set_value(connection, _KEY, to_text(at))
        elif not believed and not known and proved_at is not None:
            set_value(connection, _KEY, to_text(proved_at))  # later rows may bear the wrong clock
        return ClockProof(believed, at if believed else proved_at)

    return journal.transact(work)


def time_servers_agree(folder: Path = Path("/run/systemd/timesync")) -> bool | None:
    """Whether systemd-timesyncd has set the clock since the machine started; None where nobody can tell."""
    try:
        return (folder / "synchronized").exists() if folder.is_dir() else None
    except OSError:
        return None


def _last_of_earlier_runs(connection: Connection) -> datetime | None:
    """The latest moment written before the run that goes on. What its start closed bears its own clock."""
    table = tables.events
    start = select(func.max(table.c.id)).where(table.c.kind == "service_started").scalar_subquery()
    query = select(func.max(table.c.at)).where(
        table.c.id < start, table.c.kind.not_in(("episode_ended", "service_stopped"))
    )
    found = connection.execute(query).scalar_one_or_none()
    return from_text(str(found)) if found else None
