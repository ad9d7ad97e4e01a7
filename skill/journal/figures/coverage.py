"""When the device was listening, as far as its own rows tell. A night it didn't hear is never a night without cramp."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from skill.journal.episode import Event
from skill.journal.set_clock import CLOCK_SET_S
from skill.journal.times import seconds_between, to_text

NightState = Literal["heard", "partly", "no_data", "not_over"]

COVERAGE_KINDS = ("service_started", "service_stopped", "deaf_from", "hearing_again")

HEARD_SHARE, PARTLY_SHARE = 0.9, 0.5
"""Share of the night's hours from which a night counts as heard, or as partly heard; below that it is no data."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a night in which it matters whether the device listens; local time."""

    start: time = time(22, 0)
    end: time = time(7, 0)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end`; both aware."""

    start: datetime
    end: datetime


def listening(events: Iterable[Event], now: datetime) -> tuple[Span, ...]:
    """The spans in which some device listened, in order, from its rows of COVERAGE_KINDS in the order written.

    A start without a stop before it means that the run before was cut off, nobody knows when: it counts
    up to the last row it wrote. What is still going on counts up to `now`. A span in which the clock was set is
    as long as the time since boot says, and ends when the later clock says.
    """
    spans: list[Span] = []
    since: dict[str, Event] = {}
    last: dict[str, Event] = {}

    def close(device: str, seen: Event, at: datetime) -> None:
        start = since.pop(device, None)
        if start is not None and to_text(began := _began(start, seen)) < to_text(at):
            spans.append(Span(began, at))

    for event in events:
        match event.kind:
            case "service_started":
                seen = last.get(event.device, event)
                close(event.device, seen, seen.at)
                since[event.device] = event
            case "hearing_again":
                since.setdefault(event.device, event)
            case "deaf_from" | "service_stopped":
                close(event.device, event, event.at)
        last[event.device] = event
    for device in list(since):
        close(device, last[device], now)
    return _merged(spans)


def _began(start: Event, seen: Event) -> datetime:
    """When `start` was, by the clock that `seen` was written with.

    Where both bear the time since the same start of the machine and the clock was set in between, that time tells.
    """
    if not start.boot or start.boot != seen.boot or start.since_boot_s is None or seen.since_boot_s is None:
        return start.at
    passed_s = seen.since_boot_s - start.since_boot_s
    if abs(seconds_between(start.at, seen.at) - passed_s) < CLOCK_SET_S:
        return start.at
    return seen.at.astimezone(UTC) - timedelta(seconds=passed_s)


def window(night: date, hours: Hours, zone: tzinfo) -> Span:
    """The hours of one night. Hours that end before they begin end the next day."""
    day = night if hours.start >= time(12) else night + timedelta(days=1)
    end_day = day if hours.end > hours.start else day + timedelta(days=1)
    return Span(datetime.combine(day, hours.start, zone), datetime.combine(end_day, hours.end, zone))


def night_states(
    spans: Sequence[Span], since: date, until: date, now: datetime, hours: Hours, zone: tzinfo
) -> dict[date, NightState]:
    """What is known of each night since..until (both included)."""
    bounds = [(span.start.timestamp(), span.end.timestamp()) for span in spans]
    states: dict[date, NightState] = {}
    first = 0
    for number in range((until - since).days + 1):
        night = since + timedelta(days=number)
        wanted = window(night, hours, zone)
        start_s, end_s = wanted.start.timestamp(), wanted.end.timestamp()
        while first < len(bounds) and bounds[first][1] <= start_s:
            first += 1
        if now.timestamp() < end_s:
            states[night] = "not_over"
        else:
            states[night] = _state(_heard_s(bounds, first, start_s, end_s) / (end_s - start_s))
    return states


def _state(share: float) -> NightState:
    if share >= HEARD_SHARE:
        return "heard"
    return "partly" if share >= PARTLY_SHARE else "no_data"


def _heard_s(bounds: Sequence[tuple[float, float]], first: int, start_s: float, end_s: float) -> float:
    total = 0.0
    for number in range(first, len(bounds)):
        from_s, to_s = bounds[number]
        if from_s >= end_s:
            break
        total += min(to_s, end_s) - max(from_s, start_s)
    return total


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: to_text(s.start)):
        if merged and to_text(span.start) <= to_text(merged[-1].end):
            if to_text(span.end) > to_text(merged[-1].end):
                merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return tuple(merged)
