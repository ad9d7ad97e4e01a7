"""From what a person typed to values, or to the key of the sentence that says what is wrong."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from skill.journal.times import NOON_HOUR

NOTE_LENGTH = 4000
EARLIEST = date(2000, 1, 1)
LONGEST_MINUTES = 24 * 60
PLACES = ("calf", "foot", "toes", "thigh_back", "thigh_front", "shin")
SIDES = ("left", "right", "both")


class FormProblem(ValueError):
    """`key` names the sentence in web.toml, `field` the input it stands beside."""

    def __init__(self, field: str, key: str) -> None:
        super().__init__(f"{field}: {key}")
        self.field = field
        self.key = key


def parse_day(field: str, typed: str) -> date:
    try:
        found = _written_day(typed.strip())
    except ValueError:
        raise FormProblem(field, "form.bad_day") from None
    if found < EARLIEST:
        raise FormProblem(field, "form.too_early")
    return found


def _written_day(typed: str) -> date:
    """ "2026-11-28" as browsers send it; "28.11.2026", "28.11.26" and "28/11-2026" as people write it."""
    parts = re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./-](\d{2}|\d{4})", typed, re.ASCII)
    if parts is None:
        return date.fromisoformat(typed)
    day, month, year = (int(part) for part in parts.groups())
    return date(year + 2000 if year < 100 else year, month, day)


def optional_day(field: str, typed: str) -> date | None:
    return parse_day(field, typed) if typed.strip() else None


def parse_clock(field: str, typed: str) -> time:
    """ "03:12", "3:12", "03.12", "0312": as people write it."""
    digits = typed.strip().replace(".", ":")
    if ":" not in digits and digits.isascii() and digits.isdigit() and len(digits) in (3, 4):
        digits = f"{digits[:-2]}:{digits[-2:]}"
    parts = digits.split(":")
    if len(parts) not in (2, 3) or not all(p.isascii() and p.isdigit() and len(p) <= 2 for p in parts):
        raise FormProblem(field, "form.bad_clock")
    hour, minute, second = (*(int(p) for p in parts), 0)[:3]
    try:
        return time(hour, minute, second)
    except ValueError:
        raise FormProblem(field, "form.bad_clock") from None


def parse_moment(fields: tuple[str, str], typed: tuple[str, str], zone: tzinfo, now: datetime) -> datetime:
    """A clock time in the night *to* a day, in `zone`, as an aware moment that has been.

    What comes before noon is of that day itself, what comes after is of the evening before. An hour that summer
    time skips is refused.
    """
    morning, clock = parse_day(fields[0], typed[0]), parse_clock(fields[1], typed[1])
    day = morning - timedelta(days=1) if clock.hour >= NOON_HOUR else morning
    local = datetime.combine(day, clock, tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise FormProblem(fields[1], "form.skipped_hour")
    if local.astimezone(UTC) > now.astimezone(UTC) + timedelta(minutes=1):
        raise FormProblem(fields[0], "form.future")
    return local


def minutes(field: str, typed: str) -> float | None:
    """A duration in minutes, with comma or point; None when left empty."""
    text = typed.strip().replace(",", ".")
    if not text:
        return None
    whole, _, part = text.partition(".")
    if not (whole + part).isascii() or not (whole + part).isdigit() or len(text) > 8:
        raise FormProblem(field, "form.bad_minutes")
    value = float(text if whole else f"0{text}")
    if not 0 <= value <= LONGEST_MINUTES:
        raise FormProblem(field, "form.bad_minutes")
    return value


def score(field: str, typed: str) -> str:
    """ "" or "0".."10"."""
    if typed in ("", *(str(n) for n in range(11))):
        return typed
    raise FormProblem(field, "form.bad_score")


def one_of(field: str, typed: str, allowed: tuple[str, ...]) -> str:
    """ "" or one of `allowed`."""
    if typed in ("", *allowed):
        return typed
    raise FormProblem(field, "form.bad_choice")


def parse_words(field: str, typed: str, longest: int = NOTE_LENGTH) -> str:
    """Free text: line ends made plain, control characters left out, never longer than `longest`."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in text if c == "\n" or (c.isprintable() or c in "\t\u200d\ufe0f")).strip()
    if len(text) > longest:
        raise FormProblem(field, "form.too_long")
    return text
