"""When the device was listening, as far as its own rows tell. A night it didn't hear is never a night without cramp."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from skill.journal.episode import Event
from skill.journal.times import to_text

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
    up to the last row it wrote. What is still going on counts up to `now`.
    """
    spans: list[Span] = []
    since: dict[str, datetime] = {}
    last: dict[str, datetime] = {}

    def close(device: str, at: datetime) -> None:
        start = since.pop(device, None)
        if start is not None and to_text(start) < to_text(at):
            spans.append(Span(start, at))

    for event in events:
        match event.kind:
            case "service_started":
                close(event.device, last.get(event.device, event.at))
                since[event.device] = event.at
            case "hearing_again":
                since.setdefault(event.device, event.at)
            case "deaf_from" | "service_stopped":
                close(event.device, event.at)
        last[event.device] = event.at
    for device in list(since):
        close(device, now)
    return _merged(spans)


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
