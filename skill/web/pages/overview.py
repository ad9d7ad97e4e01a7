"""Oversikt: last night, this week, this month, and what the longer period shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skill.journal.episode import Episode
from skill.journal.figures.coverage import NightState
from skill.journal.figures.often import OneWeek, one_week
from skill.journal.figures.overview import hours_of, nights
from skill.journal.figures.statistics import Statistics, statistics
from skill.journal.figures.triggers import trigger_nights
from skill.journal.storage.rows import Summary
from skill.journal.times import night_of
from skill.web.drawing import legs
from skill.web.drawing.calendar import Weeks, marks_in, weeks_of_nights
from skill.web.pages import coverage, over_time
from skill.web.pages.episode import wants_verdict
from skill.web.pages.nights import years
from skill.web.showing.page import language, t
from skill.web.site import site

bp = Blueprint("overview", __name__)

PERIODS = (30, 90, 365)  # nights
WAITING_NIGHTS = 3  # how far back unanswered questions are asked for


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
    shown = tuple(e for e in found_episodes if e.night > last - timedelta(days=days))
    calendar: Weeks = ()
    if days <= over_time.MOST_BARS:
        dark = frozenset(period.nights_without_data)
        known = coverage.known_nights(shown, period.since, last, dark)
        calendar = weeks_of_nights(period.since, last, known)
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
        reasons=doctor_reasons(one_week(found_episodes, last)),
        calendar=calendar,
        marks=marks_in((calendar,)),
        nights_chart=None if calendar else over_time.nights_chart(period),
        severity_chart=over_time.severity_chart(period, shown),
        hours_chart=over_time.hours_chart(period),
        triggers=over_time.trigger_rows(trigger_nights(site().extracts.of(site().journal, shown), shown)),
        helped=over_time.helped_rows(period),
        spots=legs.spots(period.places),
        places=sorted(period.places.items(), key=lambda item: -item[1]),
        trend=over_time.trend_sentence(period),
        usual=over_time.usual_hour(period),
        years=years(),
        any_night=site().journal.first_night() is not None,
        begin=(t("overview.begin_say"), t("overview.begin_stop"), t("overview.begin_phone")),
    )


def doctor_reasons(week: OneWeek) -> tuple[str, ...]:
    """Why the doctor should hear of it (T12), in sentences; () where nothing speaks for it."""
    script = site().script(language())
    if script is None:
        return ()
    limits, found = script.limits, []
    if week.nights >= limits.frequent_nights:
        found.append(t("overview.often_nights", n=week.nights))
    if week.most >= limits.several_cramps:
        found.append(t("overview.often_several", n=week.most))
    if week.disturbed is not None and week.disturbed >= limits.sleep_disturbed:
        found.append(t("overview.often_sleep", n=week.disturbed))
    return tuple(found)


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
