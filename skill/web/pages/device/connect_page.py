"""Varsling: who is told what, whether the messages arrive, a message to try it, and the page of whoever got one."""

from __future__ import annotations

import sqlite3
import time
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skill.connect.alerts import Alert
from skill.connect.outbox import NAME_LENGTH, Outbox, QueuedMessage, outbox_file
from skill.connect.sending import way_of
from skill.connect.standing import home_assistant_may, troubles, who_is_told
from skill.connect.wording import wording_of
from skill.web.showing.page import language, program, t
from skill.web.site import site

bp = Blueprint("connect", __name__)

TRY_WITHIN_S, LOOK_EVERY_S = 8.0, 0.2


@bp.get("/settings/connect/messages")
def page() -> ResponseReturnValue:
    wanted = site().settings.connect
    return render_template(
        "device/connect.html",
        told=who_is_told(wanted),
        home_assistant=home_assistant_may(wanted),
        can_try=wanted.enabled and way_of(wanted) is not None,
        troubles=troubles(site().config.paths, wanted, site().now()),
        messages=[(message, title(message), became(message)) for message in _latest()],
        zone=site().zone,
    )


@bp.post("/settings/connect/messages")
def try_it() -> ResponseReturnValue:
    """A message that says that it is a test, by the way a real one goes."""
    wanted = site().settings.connect
    if not wanted.enabled or way_of(wanted) is None:
        flash(t("connect.test_not_on"), "warn")
        return redirect(url_for("connect.page"))
    now, key = site().now(), f"{uuid4()}:test"
    outbox = Outbox(outbox_file(site().config.paths))
    try:
        outbox.put(Alert(key, "test", now), now)
        message = _tried(outbox, key)
    except sqlite3.Error as error:
        flash(t("connect.test_not_kept", why=error), "warn")
        return redirect(url_for("connect.page"))
    if message.state == "waiting":
        flash(program(message.trouble) if message.trouble else t("connect.test_waits"), "warn")
    else:
        flash(t("connect.test_taken"), "good")
    return redirect(url_for("connect.page"))


@bp.get("/seen/<token>")
def seen_page(token: str) -> ResponseReturnValue:
    """For the receiver, without a PIN: whoever has the message may say so, and learns nothing here."""
    message = _by_token(token)
    return render_template("device/connect_seen.html", message=message, by=site().settings.connect.person)


@bp.post("/seen/<token>")
def seen(token: str) -> ResponseReturnValue:
    _by_token(token)
    by = request.form.get("by", "").strip()[:NAME_LENGTH]
    name = by if by.isprintable() else ""
    Outbox(outbox_file(site().config.paths)).seen(token, name, site().now())
    return redirect(url_for("connect.seen_page", token=token))


def title(message: QueuedMessage) -> str:
    return wording_of(message.alert, language(), site().config.prompts).title


def became(message: QueuedMessage) -> str:
    """What became of a message, in the page's language. That it was seen is only said when its receiver said so."""
    if message.state == "seen":
        return t(
            "connect.seen_by", who=message.seen_by or site().settings.connect.person or t("connect.receiver")
        )
    return t(f"connect.state_{message.state}")


def _by_token(token: str) -> QueuedMessage:
    file = outbox_file(site().config.paths)
    message = Outbox(file).by_token(token) if file.exists() else None
    if message is None:
        abort(404)
    return message


def _latest() -> tuple[QueuedMessage, ...]:
    file = outbox_file(site().config.paths)
    try:
        return Outbox(file).latest() if file.exists() else ()
    except sqlite3.Error:
        return ()


def _tried(outbox: Outbox, key: str) -> QueuedMessage:
    """The message, once it was tried, or as it is when nobody has tried it for some seconds."""
    until_s = time.monotonic() + TRY_WITHIN_S
    while True:
        message = next(m for m in outbox.latest() if m.alert.key == key)
        if message.state != "waiting" or message.trouble or time.monotonic() >= until_s:
            return message
        time.sleep(LOOK_EVERY_S)
