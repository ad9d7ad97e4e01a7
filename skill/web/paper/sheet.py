"""The doctor's page as text: one description, from which both the web page and the PDF are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from skill import __version__
from skill.journal.figures.report import DoctorSummary
from skill.languages import Language
from skill.web.drawing.calendar import Day
from skill.web.paper.sheet_sections import Section, SheetSections
from skill.web.showing import dates
from skill.web.showing.timeline import Words

STRIP_MARKS = ("started", "stopped")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page, in one language."""

    language: Language
    title: str
    warning: str  # «Egenrapportert. Ikke en diagnose.»
    period: str
    sections: tuple[Section, ...]
    hours_heading: str
    hours: tuple[int, ...]  # episodes by hour of the clock, 0..23
    strip_heading: str
    strip: tuple[Square, ...]
    strip_key: str
    footer: str


@dataclass(frozen=True, slots=True)
class Square:
    """One night of the strip. `look`: none | some | bad | dark | later; `marks`: started, stopped."""

    look: str
    cramps: int
    marks: tuple[str, ...]
    label: str  # the morning below it, every seventh night; else ""
    described: str


def make_sheet(
    summary: DoctorSummary,
    language: Language,
    w: Words,
    tn: Callable[..., str],
    labels: Mapping[str, str],
    days: Sequence[Day],
) -> Sheet:
    """`labels` names the settings of the profile ("profile.diabetes"); `days` are the nights of the strip."""
    part = SheetSections(summary, language, w, tn, labels)
    period = w.t(
        "doctor.period",
        since=dates.night_to(language, summary.since),
        until=dates.night_to(language, summary.until),
    )
    sections = (
        part.worry(),
        part.nights(),
        part.cramps(),
        part.severity(),
        part.places(),
        part.signs(),
        part.health(),
        part.medicines(),
        part.helped(),
        part.triggers(),
        part.words(),
    )
    footer = w.t(
        "doctor.footer",
        day=dates.day(language, summary.made_at),
        version=__version__,
    )
    worry, *rest = sections
    shown = [s for s in (worry, *sorted(rest, key=lambda s: not s.alarming)) if s.rows]  # then danger signs
    return Sheet(
        language,
        w.t("doctor.title"),
        w.t("doctor.warning"),
        period,
        tuple(shown),
        w.t("doctor.hours"),
        summary.figures.hours,
        w.t("doctor.strip"),
        squares_of(days, language, w, tn),
        " ".join(w.t(f"doctor.strip_{key}") for key in ("key", *_marks_in(days))),
        footer,
    )


def _marks_in(days: Sequence[Day]) -> tuple[str, ...]:
    there = {mark for day in days for mark in day.marks}
    return tuple(mark for mark in STRIP_MARKS if mark in there)


def squares_of(
    days: Sequence[Day], language: Language, w: Words, tn: Callable[..., str]
) -> tuple[Square, ...]:
    """The nights as squares, oldest first."""
    squares = []
    for index, day in enumerate(days):
        told = tn("nights.count", day.cramps) if day.cramps else w.t(f"doctor.night_{day.look}")
        marks = tuple(mark for mark in day.marks if mark in STRIP_MARKS)
        named = " ".join(w.t(f"nights.mark_{mark}") + "." for mark in marks)
        described = f"{dates.night_short(language, day.night)}: {told} {named}".strip()
        label = dates.night_axis(language, day.night) if index % 7 == 0 else ""
        squares.append(Square(day.look, day.cramps, marks, label, described))
    return tuple(squares)
