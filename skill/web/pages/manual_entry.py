"""An episode that nobody told the device about, written down the day after."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skill.journal.storage.folding import write_events
from skill.journal.storage.rows import Summary
from skill.journal.times import later, night_of, to_text
from skill.web.forms import fields as forms
from skill.web.forms.fields import FormProblem
from skill.web.pages.episode import Changes
from skill.web.pages.overview import last_night
from skill.web.showing.page import t
from skill.web.site import BY, site

bp = Blueprint("byhand", __name__)

ABOUT_THEN = timedelta(minutes=10)
"""People remember the clock about so well: a cramp so near to another may be the same one."""

FIELDS = ("day", "clock", "minutes", "place", "side", "pain_before", "sleep_disturbance", "text")


@bp.get("/nights/add")
def page() -> ResponseReturnValue:
    values = dict.fromkeys(FIELDS, "") | {"day": (last_night() + timedelta(days=1)).isoformat()}
    return _form(values, {})


@bp.post("/nights/add")
def add() -> ResponseReturnValue:
    typed = {name: request.form.get(name, "") for name in FIELDS}
    now = site().now()
    try:
        started = forms.parse_moment(("day", "clock"), (typed["day"], typed["clock"]), site().zone, now)
        length = forms.minutes("minutes", typed["minutes"])
        ended = None if length is None else later(started, length * 60)
        if ended is not None and ended > later(now, 60):
            raise FormProblem("minutes", "form.future_end")
        place = forms.one_of("place", typed["place"], forms.PLACES)
        side = forms.one_of("side", typed["side"], forms.SIDES)
        extra: Changes = [
            ("edited", {"field": name, "value": score, "by": BY})
            for name in ("pain_before", "sleep_disturbance")
            if (score := forms.score(name, typed[name]))
        ]
        note = forms.parse_words("text", typed["text"])
    except FormProblem as problem:
        return _form(typed, {problem.field: t(problem.key)}, 400)
    if (there := at_the_same_time(started, ended)) and request.form.get("another", "") != there.uuid:
        return _form(typed, {}, 409, there)
    if note:
        extra.append(("annotated", {"text": note, "by": BY}))
    begun = {
        "started_at": to_text(started),
        "ended_at": to_text(ended) if ended else "",
        "place": place,
        "side": side,
        "by": BY,
    }
    uuid = write([("added_by_hand", begun), *extra], now)
    flash(t("byhand.added"), "good")
    return redirect(url_for("episode.page", uuid=uuid))


def at_the_same_time(started: datetime, ended: datetime | None) -> Summary | None:
    """A cramp that stands there already and may be the one that is meant: begun about then, or going on then."""
    night = night_of(started.astimezone(site().zone))
    first, last = started - ABOUT_THEN, (ended or started) + ABOUT_THEN
    return next(
        (
            each
            for each in site().journal.night(night, include_false_starts=True)
            if each.started_at < last and (each.ended_at or each.started_at) > first
        ),
        None,
    )


def write(changes: Changes, now: datetime) -> str:
    """A new episode with all that was told of it, in one transaction: nothing is ever half-saved."""
    journal, uuid = site().journal, str(uuid4())
    events = [journal.event(kind, data, uuid, now) for kind, data in changes]
    journal.transact(lambda connection: write_events(connection, events, journal.device))
    return uuid


def _form(
    values: dict[str, str], problems: dict[str, str], code: int = 200, there: Summary | None = None
) -> ResponseReturnValue:
    page = render_template(
        "night/byhand.html",
        values=values,
        problems=problems,
        places=forms.PLACES,
        sides=forms.SIDES,
        there=there,
    )
    return page, code
