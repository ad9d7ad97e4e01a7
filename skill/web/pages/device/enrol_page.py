"""«Lær apparatet stemmen din»: phrase by phrase with the night's microphone. The page looks again by itself."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Final, get_args

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skill.journal.keeping.erase import forget_learned
from skill.web.ports import EnrolmentAsk
from skill.web.showing.page import snapshot, t
from skill.web.site import site

bp = Blueprint("enrol", __name__, url_prefix="/settings/enrol")

ASKS: Final[tuple[EnrolmentAsk, ...]] = get_args(EnrolmentAsk)


@bp.get("")
def page() -> ResponseReturnValue:
    """Where it stands. While something goes on by itself the browser is told when to look again."""
    enrolment = site().ports.enrolment()
    body = render_template(
        "device/enrol.html",
        enrolment=enrolment,
        state=snapshot(),
        learned=_learned(site().config.paths.personal_file),
        phrase_language="nn" if site().settings.language == "nn" else "nb",
    )
    if enrolment.again_s is None:
        return body
    return body, 200, {"Refresh": str(ceil(enrolment.again_s))}


@bp.post("")
def go_on() -> ResponseReturnValue:
    """One step: begin, say it now, leave it out, enough, end; or forget what was learned before."""
    action = request.form.get("action", "")
    if action == "forget":
        there = forget_learned(site().config.paths.personal_file)
        flash(t("enrol.forgotten" if there else "enrol.nothing_to_forget"), "good")
    for what in ASKS:
        if action == what and (answer := site().ports.enrol(what)) != "done":
            flash(t(f"enrol.answer_{answer}"), "warn")
    return redirect(url_for("enrol.page"))


def _learned(file: Path) -> datetime | None:
    """When something was learned that holds."""
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, site().zone)
    except OSError:
        return None
