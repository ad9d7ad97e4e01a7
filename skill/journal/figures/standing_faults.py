"""What the service that runs now has told of and not taken back, as its rows say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from skill.journal.episode import Event
from skill.journal.times import ClockReading

if TYPE_CHECKING:
    from skill.journal.storage.store import Journal

FAULT_KINDS = ("service_started", "service_stopped", "fault", "fault_over")
RUNS_S = 400.0  # a running service gives a sign of life every three minutes


def standing_faults(rows: Iterable[Event]) -> tuple[Event, ...]:
    """The rows of kind "fault" that still stand. `rows` are those of FAULT_KINDS, in the order written.

    Empty where the last service was stopped: what it told of is a thing of the past.
    """
    standing: dict[tuple[str, str], Event] = {}
    for row in rows:
        what = (row.text("source"), row.text("sentence"))
        if row.kind in ("service_started", "service_stopped"):
            standing.clear()
        elif row.kind == "fault":
            standing[what] = row
        else:
            standing.pop(what, None)
    return tuple(standing.values())


def told_by_running_service(journal: Journal, now: ClockReading) -> tuple[Event, ...]:
    """Empty where none runs, as far as its signs of life tell."""
    alive = journal.last_alive_reading()
    if alive is None or alive.boot != now.boot or now.since_boot_s - alive.since_boot_s > RUNS_S:
        return ()
    return standing_faults(journal.device_events(kinds=FAULT_KINDS))
