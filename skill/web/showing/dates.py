"""Dates, clock times, durations and numbers as people write them in each language."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal

from skill.languages import Language

_LOCALES: dict[Language, str] = {"nb": "nb", "nn": "nn", "en": "en_GB"}
_UNITS: dict[Language, tuple[str, str, str]] = {
    "nb": ("t", "min", "sek"),
    "nn": ("t", "min", "sek"),
    "en": ("h", "min", "sec"),
}
_AGO: dict[Language, str] = {"nb": "for {} siden", "nn": "for {} sidan", "en": "{} ago"}


def day(language: Language, at: date | datetime) -> str:
    """4. nov. 2026"""
    return format_date(at, "d. MMM y" if language != "en" else "d MMM y", locale=_LOCALES[language])


def long_day(language: Language, at: date | datetime) -> str:
    """onsdag 4. november 2026"""
    pattern = "EEEE d. MMMM y" if language != "en" else "EEEE d MMMM y"
    return format_date(at, pattern, locale=_LOCALES[language])


def night_name(language: Language, night: date) -> str:
    """natt til torsdag 5. november 2026: the night from the evening of the 4th, as people say it."""
    morning = night + timedelta(days=1)
    if language == "en":
        return format_date(morning, "'night to' EEEE d MMMM y", locale="en_GB")
    prefix = "natt til"
    return f"{prefix} {format_date(morning, 'EEEE d. MMMM y', locale=_LOCALES[language])}"


def night_short(language: Language, night: date) -> str:
    """natt til 5. nov. 2026: the same night where there is little room."""
    prefix = "night to" if language == "en" else "natt til"
    return f"{prefix} {day(language, night + timedelta(days=1))}"


def night_to(language: Language, night: date) -> str:
    """5. nov. 2026: as above, where «natt til» stands before it already."""
    return day(language, night + timedelta(days=1))


def night_axis(language: Language, night: date, *, year: bool = False) -> str:
    """5.11. below a chart, by the same name: the day of its morning. `year` where the chart spans two."""
    morning = night + timedelta(days=1)
    short = f"{morning.day}/{morning.month}" if language == "en" else f"{morning.day}.{morning.month}."
    if not year:
        return short
    return f"{short}/{morning:%y}" if language == "en" else f"{short}{morning:%y}"


def weekday(language: Language, at: date) -> str:
    """lør: above a column of a calendar."""
    return format_date(at, "EEE", locale=_LOCALES[language]).rstrip(".")


def month(language: Language, at: date) -> str:
    """november 2026"""
    return format_date(at, "LLLL y", locale=_LOCALES[language])


def clock(language: Language, at: datetime, *, seconds: bool = False) -> str:
    """03:12"""
    return format_time(at, "HH:mm:ss" if seconds else "HH:mm", tzinfo=at.tzinfo, locale=_LOCALES[language])


def moment(language: Language, at: datetime) -> str:
    """5. nov. 2026 kl. 03:12"""
    pattern = "d MMM y, HH:mm" if language == "en" else "d. MMM y 'kl.' HH:mm"
    return format_datetime(at, pattern, tzinfo=at.tzinfo, locale=_LOCALES[language])


def duration(language: Language, seconds: float | None) -> str:
    """4 min 20 sek; "–" where it isn't known."""
    if seconds is None:
        return "–"
    hours_name, minutes_name, seconds_name = _UNITS[language]
    total = max(0, round(seconds))
    hours, minutes, rest = total // 3600, total % 3600 // 60, total % 60
    if hours:
        return f"{hours} {hours_name} {minutes} {minutes_name}"
    if minutes >= 10 or (minutes and not rest):
        return f"{round(total / 60)} {minutes_name}"
    if minutes:
        return f"{minutes} {minutes_name} {rest} {seconds_name}"
    return f"{rest} {seconds_name}"


def ago(language: Language, seconds: float | None) -> str:
    """for 4 min siden"""
    return "–" if seconds is None else _AGO[language].format(duration(language, seconds))


def number(language: Language, value: float | None, decimals: int = 1) -> str:
    """1,5"""
    if value is None:
        return "–"
    return format_decimal(round(value, decimals), locale=_LOCALES[language], group_separator=False)


def size(language: Language, bytes_: float | None) -> str:
    """12,4 GB"""
    if bytes_ is None:
        return "–"
    value, unit = bytes_ / 1e9, "GB"
    if value < 1:
        value, unit = bytes_ / 1e6, "MB"
    return f"{number(language, value)} {unit}"
