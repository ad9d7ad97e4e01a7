"""Oversikt: last night, this week, this month, and what the longer period shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from skill.journal.episode import Episode
from skill.journal.figures.coverage import NightState
from skill.journal.figures.overview import hours_of, nights
from skill.journal.figures.statistics import NightFigures, Statistics, statistics
from skill.journal.storage.rows import Summary
from skill.journal.times import night_of
from skill.web.drawing import charts, legs
from skill.web.drawing.charts import Bars, ChartTable
from skill.web.pages.episode import wants_verdict
from skill.web.showing import dates, timeline
from skill.web.showing.page import language, t, tn
from skill.web.showing.words import words
from skill.web.site import site

bp = Blueprint("overview", __name__)

PERIODS = (30, 90, 365)  # nights
MOST_BARS = 31  # nights drawn one by one; longer periods are drawn by the week
WAITING_NIGHTS = 3  # how far back unanswered questions are asked for


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart, its key, and the same numbers as a table."""

    title: str
    picture: Markup
    numbers: ChartTable
    has_gaps: bool


@bp.get("/")
def page() -> ResponseReturnValue:
    if not site().settings.set_up:
        return redirect(url_for("setup.begin"))
    days = int(found) if (found := request.args.get("days", "")) in {str(p) for p in PERIODS} else PERIODS[0]
    last = last_night()
    since = last - timedelta(days=max(30, days) - 1)
    found_episodes = site().journal.episodes(since, last)
    states = nights(site().journal, since, last, site().now(), hours_of(site().settings.voice))
    week, month, period = (count(found_episodes, states, n, last) for n in (7, 30, days))
    here = tuple(e for e in found_episodes if e.night == last)
    return render_template(
        "overview.html",
        last=last,
        tonight=period.nights[-1],
        here_tonight=here,
        week=week,
        month=month,
        period=period,
        days=days,
        periods=PERIODS,
        waiting=waiting(last),
        nights_chart=nights_chart(period),
        hours_chart=hours_chart(period),
        spots=legs.spots(period.places),
        places=sorted(period.places.items(), key=lambda item: -item[1]),
        trend=trend_sentence(period),
        helped=helped_sentence(period),
        usual=usual_hour(period),
        any_night=site().journal.first_night() is not None,
        begin=(t("overview.begin_say"), t("overview.begin_stop"), t("overview.begin_phone")),
    )


def last_night() -> date:
    """The night that the page is about: this one until the next evening has something in it."""
    now = site().now()
    night = night_of(now)
    if now.hour >= 12 and not site().journal.night(night):
        return night - timedelta(days=1)
    return night


def count(episodes: Sequence[Summary], states: dict[date, NightState], days: int, last: date) -> Statistics:
    since = last - timedelta(days=days - 1)
    return statistics([e for e in episodes if e.night >= since], states, since, last)


def waiting(last: date) -> tuple[Episode, ...]:
    """Recent episodes of which the morning questions aren't answered, or nobody knows whether it was a cramp."""
    recent = site().journal.whole_episodes(
        last - timedelta(days=WAITING_NIGHTS - 1), last, include_false_starts=True
    )
    answered = {e.night for e in recent if not unanswered_questions(e)}
    asked_once: dict[date, Episode] = {
        e.night: e for e in reversed(recent) if not e.false_start and e.night not in answered
    }
    first = {e.uuid for e in asked_once.values()}  # the questions are about the night, not about each cramp
    return tuple(reversed([e for e in recent if wants_verdict(e) or e.uuid in first]))


def unanswered_questions(episode: Episode) -> bool:
    return episode.sleep_disturbance is None and not any(q.in_the_morning for q in episode.questions)


# --- charts ----------------------------------------------------------------------------------------------


def nights_chart(period: Statistics) -> Drawn:
    """Cramps by night, or by week where there are many nights. What nobody heard is grey, never zero."""
    tongue = language()
    by_week = len(period.nights) > MOST_BARS
    groups = weeks(period.nights) if by_week else tuple((n,) for n in period.nights)
    counts = [sum(n.episodes for n in group) for group in groups]
    dark = [not any(n.logged for n in group) and group[-1].state != "not_over" for group in groups]
    top = max((*counts, 1))
    years = len({(night.night + timedelta(days=1)).year for group in groups for night in group}) > 1
    labels = tuple(dates.night_axis(tongue, g[0].night, year=years) for g in groups)
    bars = Bars(
        title=t("overview.chart_weeks" if by_week else "overview.chart_nights"),
        labels=labels,
        stacked=True,
        series=(
            (t("overview.cramps"), tuple(None if d else float(c) for c, d in zip(counts, dark, strict=True))),
            (t("overview.no_data"), tuple(float(top) if d else None for d in dark)),
        ),
        every=max(1, len(groups) // 6),
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


def weeks(found: Sequence[NightFigures]) -> tuple[tuple[NightFigures, ...], ...]:
    """Seven nights each, counted back from the last; the first may be shorter."""
    start = len(found) % 7
    parts = [found[:start]] if start else []
    parts += [found[i : i + 7] for i in range(start, len(found), 7)]
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
    return Drawn(bars.title, charts.draw(bars, usual_hour(period), "chart-hours"), numbers, has_gaps=False)


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


def helped_sentence(period: Statistics) -> str:
    effect = period.helped_most
    if effect is None:
        return t("overview.helped_unknown")
    step = timeline.step_name(effect.protocol, effect.rung, words())
    return t("overview.helped", step=step, better=effect.better, tried=effect.tried)
