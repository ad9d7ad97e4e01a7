"""Til legen: a period on one page, to read, print or send as PDF. Self-reported, and no diagnosis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from skill.journal.figures.medicines import MedicineGroup, load_medicine_groups
from skill.journal.figures.report import doctor_summary
from skill.web.drawing.calendar import Day
from skill.web.forms import fields as forms
from skill.web.forms.fields import FormProblem
from skill.web.pages import coverage
from skill.web.pages.device.exchange import download
from skill.web.pages.device.settings_page import docs
from skill.web.pages.overview import last_night
from skill.web.paper import pdf_process
from skill.web.paper.sheet import Sheet, make_sheet
from skill.web.showing.page import language, t, tn
from skill.web.showing.words import words
from skill.web.site import site

bp = Blueprint("doctor", __name__)

USUAL_DAYS = 42  # six weeks: the span over which stretching in the evening has been tried out
CHOICES = (14, 42, 90, 365)
LONGEST_DAYS = 3660
WORRY_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Period:
    """Nights since..until, both included. `problem` is the key of what was wrong with what was asked for."""

    since: date
    until: date
    problem: str = ""

    @property
    def first_morning(self) -> str:
        """The day that the first night is named by, for a form."""
        return (self.since + timedelta(days=1)).isoformat()

    @property
    def last_morning(self) -> str:
        return (self.until + timedelta(days=1)).isoformat()

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


@bp.get("/doctor")
def page() -> ResponseReturnValue:
    period = read_period()
    return render_template(
        "doctor.html",
        sheet=sheet(period),
        period=period,
        choices=CHOICES,
        worry=session.get("worry", ""),
        longest=WORRY_LENGTH,
    ), 400 if period.problem else 200


@bp.post("/doctor/worry")
def worry() -> ResponseReturnValue:
    """The person's main worry, for the top of their own words. Kept in this browser only."""
    try:
        session["worry"] = forms.parse_words("worry", request.form.get("worry", ""), WORRY_LENGTH)
        session.permanent = True
    except FormProblem:
        return render_template("door/error.html", code=400, key="doctor.worry_too_long"), 400
    period = urlencode({"from": request.form.get("from", ""), "to": request.form.get("to", "")})
    return redirect(f"{url_for('doctor.page')}?{period}")


@bp.get("/doctor.pdf")
def pdf() -> ResponseReturnValue:
    period = read_period()
    if period.problem:
        return render_template("door/error.html", code=400, key=period.problem), 400
    lines = (t("doctor.name_line"), t("doctor.born_line")) if request.args.get("lines") == "1" else ()
    body = pdf_process.make_pdf(sheet(period), lines, t("doctor.cut"))
    return download(
        body, "application/pdf", f"krampevakt-{period.since:%Y-%m-%d}-{period.until:%Y-%m-%d}.pdf"
    )


def read_period() -> Period:
    """From the address: days=42, or from= and to= as nights. The usual period where nothing was asked for."""
    last = last_night()
    usual = Period(last - timedelta(days=USUAL_DAYS - 1), last)
    days = request.args.get("days", "")
    if days in {str(n) for n in CHOICES}:
        return Period(last - timedelta(days=int(days) - 1), last)
    try:
        since = forms.optional_day("from", request.args.get("from", ""))
        until = forms.optional_day("to", request.args.get("to", ""))
    except FormProblem as problem:
        return Period(usual.since, usual.until, problem.key)
    # the form has the mornings that nights are named by
    until = min(until - timedelta(days=1) if until else last, last)
    since = since - timedelta(days=1) if since else until - timedelta(days=USUAL_DAYS - 1)
    if since > until:
        return Period(usual.since, usual.until, "doctor.wrong_order")
    if (until - since).days >= LONGEST_DAYS:
        return Period(usual.since, usual.until, "doctor.too_long")
    return Period(since, until)


def sheet(period: Period) -> Sheet:
    the_site, tongue = site(), language()
    prompts = the_site.config.prompts
    summary = doctor_summary(
        the_site.journal,
        the_site.settings,
        (period.since, period.until),
        the_site.now(),
        groups(prompts),
        the_site.extracts,
    )
    summary = replace(summary, main_worry=session.get("worry", "").strip())
    labels = {key: doc.label[tongue] for key, doc in docs(prompts).settings.items()}
    return make_sheet(summary, tongue, words(), tn, labels, strip_days(period))


def strip_days(period: Period) -> tuple[Day, ...]:
    """The last six weeks of the period, night by night."""
    first = max(period.since, period.until - timedelta(days=USUAL_DAYS - 1))
    episodes = site().journal.episodes(first, period.until)
    dark = coverage.nights_without_data(first, period.until)
    known = coverage.known_nights(episodes, first, period.until, dark)
    known = replace(known, last=max(last_night(), period.until))
    nights = (period.until - first).days + 1
    return tuple(known.day(first + timedelta(days=n + 1), elsewhere=False) for n in range(nights))


@cache
def groups(prompts: Path) -> tuple[MedicineGroup, ...]:
    return load_medicine_groups(prompts)
