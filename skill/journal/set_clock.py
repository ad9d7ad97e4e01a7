"""Rows written before the machine's clock was set, seen on the clock as it was set. Pure.

Rows never change. What moves them is a row of its own, `clock_corrected`, written into the episode when the distance is
known: from the time since the machine started, which stands beside the wall time in both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, timedelta

from skill.journal.episode import Event

CLOCK_CORRECTED = "clock_corrected"
CLOCK_SET_S = 120.0
"""The wall clock and the time since boot drift less than this in weeks; more means that somebody set the clock."""
_MOST_S = 200 * 365 * 86_400.0


def on_set_clock(events: Iterable[Event]) -> tuple[Event, ...]:
    """The rows of one episode, in order, each moved by what later rows say of the clock that it was written with."""
    seen: list[Event] = []
    for event in events:
        if event.kind == CLOCK_CORRECTED:
            seen = [_moved(earlier, event) for earlier in seen]
        seen.append(event)
    return tuple(seen)


def ahead_s(event: Event) -> float | None:
    """Wall time less the time since the machine started, in seconds; None where the row doesn't bear that."""
    if not event.boot or event.since_boot_s is None:
        return None
    return event.at.timestamp() - event.since_boot_s


def _moved(event: Event, correction: Event) -> Event:
    """Unless it was written in another run of the machine, or with a clock that had been set already."""
    mine, theirs, by_s = ahead_s(event), ahead_s(correction), _by_s(correction)
    if mine is None or theirs is None or event.boot != correction.boot:
        return event
    if abs(theirs - by_s - mine) >= CLOCK_SET_S:
        return event
    moved = event.at.astimezone(UTC) + timedelta(
        seconds=by_s
    )  # local time would be an hour off across a summer
    return replace(event, at=moved.astimezone(event.at.tzinfo))


def _by_s(correction: Event) -> float:
    value = correction.data.get("by_s")
    known = isinstance(value, int | float) and abs(value) < _MOST_S
    return float(value) if known and isinstance(value, int | float) else 0.0
