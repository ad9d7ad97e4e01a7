"""What a period shows: its charts, tables and sentences, on the overview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from markupsafe import Markup

from skill.journal.figures.statistics import FEWEST_FOR_HELPED, NightFigures, Statistics
from skill.journal.figures.triggers import TriggerNights
from skill.journal.storage.rows import Summary
from skill.web.drawing import charts
from skill.web.drawing.charts import Bars, ChartTable, Lines
from skill.web.showing import dates, timeline
from skill.web.showing.page import language, t, term, tn
from skill.web.showing.words import words

MOST_BARS = 31  # nights drawn one by one; longer periods are drawn by the week
MOST_WEEKS = 20  # points of a line; longer periods are drawn by four weeks


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart, its key, and the same numbers as a table."""

    title: str
    picture: Markup
    numbers: ChartTable
    has_gaps: bool = False
    key: tuple[str, ...] = ()  # of the lines, in their order


def nights_chart(period: Statistics) -> Drawn:
    """Cramps by night, or by week where there are many nights. What nobody heard is grey, never zero."""
    tongue = language()
    by_week = len(period.nights) > MOST_BARS
    groups = weeks(period.nights) if by_week else tuple((n,) for n in period.nights)
    counts = [sum(n.episodes for n in group) for group in groups]
    dark = [not any(n.logged for n in group) and group[-1].state != "not_over" for group in groups]
    top = max((*counts, 1))
    bars = Bars(
        title=t("overview.chart_weeks" if by_week else "overview.chart_nights"),
        labels=night_labels(groups),
        stacked=True,
        series=(
            (t("overview.cramps"), tuple(None if d else float(c) for c, d in zip(counts, dark, strict=True))),
            (t("overview.no_data"), tuple(float(top) if d else None for d in dark)),
        ),
        every=label_every(groups),
    )
    names = [dates.night_to(tongue, g[0].night) for g in groups]
    rows = tuple(
        (name, t("overview.no_data") if d else str(c))
        for name, c, d in zip(names, counts, dark, strict=True)
        if d or c
    )
    head = (t("overview.week_from" if by_week else "overview.night_from"), t("overview.cramps"))
    return Drawn(
        bars.title,
        charts.draw(bars, nights_described(period), "chart-nights"),
        ChartTable(head, rows),
        any(dark),
    )


def weeks(found: Sequence[NightFigures], nights: int = 7) -> tuple[tuple[NightFigures, ...], ...]:
    """So many nights each, counted back from the last; the first may be shorter."""
    start = len(found) % nights
    parts = [found[:start]] if start else []
    parts += [found[i : i + nights] for i in range(start, len(found), nights)]
    return tuple(tuple(part) for part in parts)


def nights_described(period: Statistics) -> str:
    return " ".join(
        (
            tn("overview.nights_with_cramp", period.nights_with_cramp),
            t("overview.of_logged", n=period.nights_logged),
        )
    )


def hours_chart(period: Statistics) -> Drawn:
    """By hour of the clock, from noon to noon so that the night hangs together."""
    order = [*range(12, 24), *range(12)]
    bars = Bars(
        title=t("overview.chart_hours"),
        labels=tuple(f"{h:02d}" for h in order),
        series=((t("overview.cramps"), tuple(float(period.hours[h]) for h in order)),),
        every=3,
    )
    rows = tuple((f"{h:02d}–{(h + 1) % 24:02d}", str(period.hours[h])) for h in order if period.hours[h])
    numbers = ChartTable((t("overview.hour"), t("overview.cramps")), rows)
    return Drawn(bars.title, charts.draw(bars, usual_hour(period), "chart-hours"), numbers)


def severity_chart(period: Statistics, episodes: Sequence[Summary]) -> Drawn | None:
    """Pain and disturbed sleep, 0..10: the worst of each night, or the usual of some weeks. None where none is told."""
    tongue = language()
    step = 1 if len(period.nights) <= MOST_BARS else 7 if len(period.nights) <= 7 * MOST_WEEKS else 28
    groups = weeks(period.nights, step)
    sleep: dict[date, int] = {}
    for e in episodes:
        if e.sleep_disturbance is not None:
            sleep[e.night] = max(e.sleep_disturbance, sleep.get(e.night, 0))
    pains = tuple(_usual([n.worst_pain for n in group]) for group in groups)
    sleeps = tuple(_usual([sleep.get(n.night) for n in group]) for group in groups)
    if all(value is None for value in (*pains, *sleeps)):
        return None
    key = (t("overview.pain"), t("overview.sleep"))
    lines = Lines(
        title=t(f"overview.chart_severity_{step}"),
        labels=night_labels(groups),
        series=((key[0], pains), (key[1], sleeps)),
        every=label_every(groups),
    )
    rows = tuple(
        (dates.night_to(tongue, g[0].night), dates.number(tongue, p), dates.number(tongue, s))
        for g, p, s in zip(groups, pains, sleeps, strict=True)
        if p is not None or s is not None
    )
    head = (t("overview.night_from" if step == 1 else "overview.first_night_to"), *key)
    described = t("overview.severity_described", known=len([p for p in pains if p is not None]))
    return Drawn(
        lines.title,
        charts.draw_lines(lines, described, "chart-severity"),
        ChartTable(head, rows),
        key=key,
    )


def _usual(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(median(known)) if known else None


def night_labels(groups: Sequence[Sequence[NightFigures]]) -> tuple[str, ...]:
    """Below a chart: the morning of each first night, with its year where the chart spans two."""
    years = len({(night.night + timedelta(days=1)).year for group in groups for night in group}) > 1
    return tuple(dates.night_axis(language(), g[0].night, year=years) for g in groups)


def label_every(groups: Sequence[Sequence[NightFigures]]) -> int:
    """Which labels have room below a chart: six short ones, four with a year in them."""
    longest = max(map(len, night_labels(groups)), default=1)
    return max(1, -(-len(groups) // (6 if longest <= 6 else 4)))


# --- tables ----------------------------------------------------------------------------------------------


def helped_rows(period: Statistics) -> tuple[tuple[str, str], ...]:
    """Every exercise that was tried a few times, what most surely helped first."""
    w = words()
    return tuple(
        (
            timeline.step_name(e.protocol, e.rung, w),
            t("overview.better_of", better=e.better, tried=e.tried),
        )
        for e in period.effects
        if e.tried >= FEWEST_FOR_HELPED
    )


def trigger_rows(found: Sequence[TriggerNights]) -> tuple[tuple[str, str, str, str], ...]:
    """(kind of day, nights, cramps, usual pain); the first row is all nights that the question was answered for."""
    tongue = language()
    return tuple(
        (
            term("trigger", each.name) if each.name else t("overview.all_answered"),
            str(each.nights),
            str(each.cramps),
            dates.number(tongue, each.usual_pain),
        )
        for each in found
    )


# --- sentences -------------------------------------------------------------------------------------------


def usual_hour(period: Statistics) -> str:
    if period.usual_hour is None:
        return t("overview.no_usual_hour")
    return t(
        "overview.usual_hour", start=f"{period.usual_hour:02d}", end=f"{(period.usual_hour + 1) % 24:02d}"
    )


def trend_sentence(period: Statistics) -> str:
    trend, tongue = period.trend, language()
    if trend.direction == "unknown":
        return t("overview.trend_unknown")
    return t(
        f"overview.trend_{trend.direction}",
        earlier=dates.number(tongue, trend.earlier_per_week),
        later=dates.number(tongue, trend.later_per_week),
    )
