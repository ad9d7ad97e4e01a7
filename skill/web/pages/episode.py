"""One episode: its time line, and everything a person may do with it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skill.events import JsonValue
from skill.journal.episode import Episode
from skill.journal.figures.wrong_clock import proposed_start
from skill.journal.storage.store import EpisodeChanged
from skill.journal.times import later, seconds_between, to_text, zone_of
from skill.web.forms import fields as forms
from skill.web.forms.fields import FormProblem
from skill.web.showing import timeline
from skill.web.showing.page import t, term
from skill.web.showing.timeline import Words
from skill.web.showing.words import words
from skill.web.site import BY, site

bp = Blueprint("episode", __name__, url_prefix="/episodes")

FORM_FIELDS = ("day", "clock", "minutes", "place", "side", "pain_before", "pain_after", "sleep_disturbance")
Changes = list[tuple[str, Mapping[str, JsonValue]]]


@bp.get("/<uuid:uuid>")
def page(uuid: UUID) -> ResponseReturnValue:
    return render_template("night/episode.html", **view(str(uuid)))


def view(uuid: str) -> dict[str, object]:
    """Everything the page of one episode shows."""
    journal = site().journal
    episode, events = journal.episode(uuid), journal.events(uuid)
    w = words_of(episode)
    spoken = [q for q in episode.questions if not q.in_the_morning]
    return {
        "episode": episode,
        "lines": timeline.lines(events, w),
        "changes": timeline.changes(events, w),
        "where": timeline.place_and_side(episode.place, episode.side, w),
        "steps": [(timeline.step_name(s.protocol, s.rung, w), s.outcome) for s in episode.steps],
        "questions": [(w.question(q.question), q, timeline.answer_line(q.answer, w)) for q in spoken],
        "morning": [
            (w.question(q.question), q, timeline.answer_line(q.answer, w))
            for q in episode.questions
            if q.in_the_morning
        ],
        "signs": [(d, timeline.advice_given(d.advice, d.number, w)) for d in episode.danger_signs],
        "ask_false_start": wants_verdict(episode),
        "really": proposed_start(journal, episode, events),
        "problems": {},
        "typed_note": "",
    }


def words_of(episode: Episode) -> Words:
    """Of a cramp that nobody told the device about, it isn't said «du sa ifra»."""
    w = words()
    if not episode.by_hand:
        return w
    return replace(w, term=lambda group, code: term(group, "began" if code == "started_at" else code))


def wants_verdict(episode: Episode) -> bool:
    """Nobody knows yet whether it was a cramp: marked as a false start, or nothing was ever understood."""
    if "false_start" in episode.edited_fields or episode.by_hand:
        return False
    unheard = episode.ended_reason == "silence" and not any(q.state == "answered" for q in episode.questions)
    return episode.false_start or unheard


@bp.get("/<uuid:uuid>/edit")
def edit(uuid: UUID) -> ResponseReturnValue:
    episode = site().journal.episode(str(uuid))
    values = form_values(episode)
    return _form(episode, values, values, {})


@bp.post("/<uuid:uuid>/edit")
def edit_post(uuid: UUID) -> ResponseReturnValue:
    episode = site().journal.episode(str(uuid))
    typed = {name: request.form.get(name, "").strip() for name in FORM_FIELDS}
    was = {name: request.form.get(f"was_{name}", "").strip() for name in FORM_FIELDS}
    changed = {name for name in FORM_FIELDS if typed[name] != was[name]}
    if request.form.get("version", "") != str(episode.version):
        return _conflict(episode, typed, changed)
    try:
        edits = read_changes(episode, typed, changed, site().now())
    except FormProblem as problem:
        return _form(episode, typed, was, {problem.field: t(problem.key)}, 400)
    if edits:
        try:
            site().journal.change(str(uuid), edits, site().now(), expected_version=episode.version)
        except EpisodeChanged:
            return _conflict(site().journal.episode(str(uuid)), typed, changed)
        flash(t("episode.saved"), "good")
    return redirect(url_for("episode.page", uuid=uuid))


def form_values(episode: Episode) -> dict[str, str]:
    """The episode as it stands in the form."""

    def score(value: int | None) -> str:
        return "" if value is None else str(value)

    duration = episode.duration_s
    return {
        "day": (episode.night + timedelta(days=1)).isoformat(),  # a night is named by its morning
        "clock": episode.started_at.strftime("%H:%M"),
        "minutes": "" if duration is None else f"{round(duration / 60, 1):g}".replace(".", ","),
        "place": episode.place,
        "side": episode.side,
        "pain_before": score(episode.pain_before),
        "pain_after": score(episode.pain_after),
        "sleep_disturbance": score(episode.sleep_disturbance),
    }


def read_changes(episode: Episode, typed: Mapping[str, str], changed: set[str], now: datetime) -> Changes:
    """The edits that the form asks for: only of what the person really changed. Raises FormProblem."""
    edits: list[tuple[str, str]] = []
    started = episode.started_at
    if changed & {"day", "clock"}:
        started = forms.parse_moment(
            ("day", "clock"), (typed["day"], typed["clock"]), zone_of(episode.zone), now
        )
        edits.append(("started_at", to_text(started)))
    ended = _new_end(episode, typed, changed, started)
    if ended is not None and ended > now + timedelta(minutes=1):
        raise FormProblem("minutes", "form.future_end")
    if ended != episode.ended_at:
        edits.append(("ended_at", to_text(ended) if ended else ""))
    for name, allowed in (("place", forms.PLACES), ("side", forms.SIDES)):
        if name in changed:
            edits.append((name, forms.one_of(name, typed[name], allowed)))
    for name in ("pain_before", "pain_after", "sleep_disturbance"):
        if name in changed:
            edits.append((name, forms.score(name, typed[name])))
    return [("edited", {"field": field, "value": value, "by": BY}) for field, value in edits]


def _new_end(
    episode: Episode, typed: Mapping[str, str], changed: set[str], started: datetime
) -> datetime | None:
    """The end follows a new duration; else it stays, unless the new start would make nonsense of it."""
    if "minutes" in changed:
        length = forms.minutes("minutes", typed["minutes"])
        return None if length is None else later(started, length * 60)
    if episode.ended_at is None or started == episode.started_at:
        return episode.ended_at
    length = seconds_between(started, episode.ended_at)
    if 0 <= length <= 2 * 3600:
        return episode.ended_at
    return later(started, seconds_between(episode.started_at, episode.ended_at))


def _form(
    episode: Episode,
    values: Mapping[str, str],
    was: Mapping[str, str],
    problems: Mapping[str, str],
    code: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "night/episode_edit.html",
        episode=episode,
        values=values,
        was=was,
        problems=problems,
        places=forms.PLACES,
        sides=forms.SIDES,
    )
    return page, code


def _conflict(episode: Episode, typed: Mapping[str, str], changed: set[str]) -> ResponseReturnValue:
    """Another tab was first: its values stand in the form, with what was typed here still on top. Nothing is saved."""
    now = form_values(episode)
    values = {name: typed[name] if name in changed else now[name] for name in FORM_FIELDS}
    return _form(episode, values, now, {"": t("form.changed_elsewhere")}, 409)


@bp.post("/<uuid:uuid>/note")
def note(uuid: UUID) -> ResponseReturnValue:
    typed = request.form.get("text", "")
    try:
        text = forms.parse_words("text", typed)
    except FormProblem as problem:
        page = view(str(uuid)) | {"problems": {problem.field: t(problem.key)}, "typed_note": typed}
        return render_template("night/episode.html", **page), 400
    which = request.form.get("note", "")
    if which:
        if which not in {n.uuid for n in site().journal.episode(str(uuid)).notes}:
            return render_template("door/error.html", code=409, key="form.note_gone"), 409
        change("edited", {"field": f"note:{which}", "value": text, "by": BY}, str(uuid))
    elif text:
        change("annotated", {"text": text, "by": BY}, str(uuid))
    flash(t("episode.note_saved"), "good")
    return redirect(url_for("episode.page", uuid=uuid, _anchor="notes"))


@bp.post("/<uuid:uuid>/verdict")
def verdict(uuid: UUID) -> ResponseReturnValue:
    """«Var dette ei krampe?»"""
    was_cramp = request.form.get("cramp", "")
    if was_cramp not in ("yes", "no"):
        return render_template("door/error.html", code=400, key="error.400"), 400
    change(
        "edited",
        {"field": "false_start", "value": "false" if was_cramp == "yes" else "true", "by": BY},
        str(uuid),
    )
    flash(t(f"episode.verdict_{was_cramp}"), "good")
    return redirect(url_for("episode.page", uuid=uuid))


@bp.post("/<uuid:uuid>/delete")
def delete(uuid: UUID) -> ResponseReturnValue:
    episode = site().journal.episode(str(uuid))
    if not episode.deleted:
        change("deleted", {"by": BY}, str(uuid))
    return redirect(url_for("nights.page", month=episode.night.strftime("%Y-%m"), undo=uuid))


@bp.post("/<uuid:uuid>/restore")
def restore(uuid: UUID) -> ResponseReturnValue:
    if site().journal.episode(str(uuid)).deleted:
        change("restored", {"by": BY}, str(uuid))
        flash(t("episode.restored"), "good")
    return redirect(url_for("episode.page", uuid=uuid))


def change(kind: str, data: Mapping[str, JsonValue], uuid: str) -> None:
    """One edit without a version: it adds, and takes nothing away that another tab wrote."""
    site().journal.change(uuid, [(kind, data)], site().now())
