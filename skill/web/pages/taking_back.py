"""Answers, notes and corrections taken back: as rows of their own, so that nothing that was written is ever lost."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skill.journal.episode import Event
from skill.journal.figures.wrong_clock import proposed_start
from skill.journal.times import to_text
from skill.web.forms.consequences import signs_of
from skill.web.pages.episode import Changes, change
from skill.web.pages.morning import take_back
from skill.web.showing import timeline
from skill.web.showing.page import language, t
from skill.web.showing.words import words
from skill.web.site import BY, site

bp = Blueprint("taking_back", __name__, url_prefix="/episodes")


@bp.post("/<uuid:uuid>/undo")
def undo(uuid: UUID) -> ResponseReturnValue:
    """One line of the list of changes. A correction is set to what stood before it; anything else is withdrawn."""
    events = site().journal.events(str(uuid))
    wanted = request.form.get("event", "")
    line = next((c for c in timeline.changes(events, words()) if c.event == wanted), None)
    if line is None or line.taken_back:
        return render_template("door/error.html", code=409, key="form.edit_gone"), 409
    if line.field:
        change("edited", {"field": line.field, "value": line.before, "by": BY}, str(uuid))
    else:
        _withdraw(events, next(event for event in events if event.uuid == wanted), str(uuid))
    flash(t("episode.undone"), "good")
    return redirect(url_for("episode.page", uuid=uuid, _anchor="changes"))


def _withdraw(events: tuple[Event, ...], event: Event, uuid: str) -> None:
    if event.kind == "added_by_hand":
        change("deleted", {"by": BY}, uuid)
        return
    gone = [event.uuid]
    if event.kind == "morning_answer":
        script = site().script(language())
        asked = script.questions.get(event.text("question")) if script else None
        gone += [e.uuid for e in signs_of(events, event.text("question"), asked.sign if asked else "")]
    change("withdrawn", {"events": " ".join(gone), "by": BY}, uuid)


@bp.post("/<uuid:uuid>/move")
def move(uuid: UUID) -> ResponseReturnValue:
    """A cramp of an unset clock, to when it most likely came. Its end moves along; both can be undone."""
    journal = site().journal
    episode = journal.episode(str(uuid))
    started = proposed_start(journal, episode, journal.events(str(uuid)))
    if started is None:
        return render_template("door/error.html", code=409, key="form.edit_gone"), 409
    moved = started - episode.started_at
    fields = {"started_at": to_text(started)}
    if episode.ended_at is not None:
        fields["ended_at"] = to_text(episode.ended_at + moved)
    changes: Changes = [
        ("edited", {"field": name, "value": value, "by": BY}) for name, value in fields.items()
    ]
    journal.change(str(uuid), changes, site().now(), expected_version=episode.version)
    flash(t("episode.moved"), "good")
    return redirect(url_for("episode.page", uuid=uuid))


@bp.post("/<uuid:uuid>/take-back")
def answer(uuid: UUID) -> ResponseReturnValue:
    """An answer that was a mistake, spoken or on the page, with the danger sign that it led to."""
    episode = site().journal.episode(str(uuid))
    changes: Changes = take_back(episode, request.form.get("question", ""))
    if not changes:
        return render_template("door/error.html", code=409, key="form.edit_gone"), 409
    site().journal.change(str(uuid), changes, site().now())
    flash(t("episode.answer_taken_back"), "good")
    return redirect(url_for("episode.page", uuid=uuid, _anchor="asked"))
