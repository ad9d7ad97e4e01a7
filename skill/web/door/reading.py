"""A log-in that may only read: a relative or the doctor sees the nights, and changes nothing."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

READABLE = frozenset(
    {
        "overview.page", "nights.page", "episode.page", "doctor.page", "doctor.pdf", "learn.page", "learn.article",
        "status.page", "status.stream",
    }
)  # fmt: skip
ALWAYS = frozenset({"auth.logout", "prefs.language", "prefs.theme", "prefs.text_size", "static"})
"""What changes only how this browser shows the pages."""


def reads_only() -> bool:
    """Whether this request comes from somebody who may only read."""
    return bool(g.get("reads_only", False))


def refuse_changes() -> ResponseReturnValue | None:
    """None where a reader may see this page."""
    g.reads_only = True
    if request.endpoint in ALWAYS or (request.endpoint in READABLE and request.method in ("GET", "HEAD")):
        return None
    return render_template("door/error.html", code=403, key="login.reader_only"), 403
