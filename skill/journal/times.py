"""Moments and nights: what is stored is UTC and the name of the zone; what is shown is local."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzlocal


@dataclass(frozen=True, slots=True)
class ClockReading:
    """The moment on a clock that nobody can set: seconds since the machine started, and which start that was."""

    boot: str  # a name for this start of the machine; readings of different starts can't be compared
    since_boot_s: float


HOME_ZONE = "Europe/Oslo"  # where the zone of the machine isn't known
NOON_HOUR = 12


def system_zone() -> ZoneInfo:
    """The zone that the machine is set to, by its IANA name; Norway's where the machine doesn't say."""
    try:
        return ZoneInfo(tzlocal.get_localzone_name())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(HOME_ZONE)


def zone_of(name: str) -> tzinfo:
    """The zone stored as `name`; UTC where this machine doesn't know it, so that old rows stay readable."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def to_text(at: datetime) -> str:
    """UTC as fixed-width ISO text, so that sorting the text sorts the moments. `at` must be aware."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("a moment without a time zone can't be stored")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_text(text: str, zone: tzinfo = UTC) -> datetime:
    """The moment that `to_text` wrote, seen in `zone`. ValueError for anything else."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return at.astimezone(zone)


def night_of(at: datetime) -> date:
    """The night that a moment belongs to: the evening it began. A night runs from noon to noon, local time.

    `at` is aware and already in the person's zone. By the clock on the wall, so the nights on which
    summer time begins and ends are 23 and 25 hours long and lose nothing.
    """
    day = at.date()
    return day if at.hour >= NOON_HOUR else day - timedelta(days=1)


def night_bounds(night: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """[noon, next noon) of `night` in `zone`."""
    noon = datetime(night.year, night.month, night.day, NOON_HOUR, tzinfo=zone)
    following = night + timedelta(days=1)
    return noon, datetime(following.year, following.month, following.day, NOON_HOUR, tzinfo=zone)


def seconds_between(start: datetime, end: datetime) -> float:
    """True seconds, also over a change of summer time (plain subtraction in one zone is wrong there)."""
    return (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds()


def later(start: datetime, seconds: float) -> datetime:
    """`seconds` of true time after `start`, in its zone (summer time may change in between)."""
    return datetime.fromtimestamp(start.timestamp() + seconds, tz=start.tzinfo)


def quarter_of(wall: datetime, zone: tzinfo | None = None) -> int:
    """The nearest quarter hour since twelve on a clock face, 0..47; `wall` aware, shown in `zone` or the machine's."""
    local = wall.astimezone(zone)
    return round((local.hour * 60 + local.minute) / 15) % 48
