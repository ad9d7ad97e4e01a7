"""Language, theme and text size of this browser: kept in its cookie, changed by a button on every page."""

from __future__ import annotations

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue

from skill.languages import LANGUAGES
from skill.web.door.auth import safe_next
from skill.web.showing.page import SIZES, THEMES

bp = Blueprint("prefs", __name__)


@bp.post("/language")
def language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        session.permanent = True
    return redirect(safe_next(request.form.get("next", "/")))


@bp.post("/theme")
def theme() -> ResponseReturnValue:
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        session["theme"] = chosen
        session.permanent = True
    return redirect(safe_next(request.form.get("next", "/")))


@bp.post("/text-size")
def text_size() -> ResponseReturnValue:
    chosen = request.form.get("size", "")
    if chosen in SIZES:
        session["size"] = chosen
        session.permanent = True
    return redirect(safe_next(request.form.get("next", "/")))
