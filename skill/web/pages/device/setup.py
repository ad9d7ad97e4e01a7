"""First start: language → voice → microphone → about you → home network. Leaving a step keeps what was ticked."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from skill.errors import SettingsError
from skill.settings.rules import flat, with_values
from skill.web.door import auth
from skill.web.door.pin import hash_pin, make_pin
from skill.web.forms import settings_form
from skill.web.forms.settings_form import Field
from skill.web.pages.device import settings_page, trying
from skill.web.ports import MicrophoneTest
from skill.web.showing.page import program, snapshot, t
from skill.web.site import site

bp = Blueprint("setup", __name__, url_prefix="/setup")

STEPS = ("language", "voice", "microphone", "profile", "network", "done")
KEYS = {
    "language": ("language",),
    "voice": ("voice.rate_wpm", "voice.night_volume_db", "voice.quiet_from", "voice.quiet_to"),
}


@bp.get("")
def begin() -> ResponseReturnValue:
    return redirect(url_for("setup.page", step=STEPS[0]))


@bp.get("/<step>")
def page(step: str) -> ResponseReturnValue:
    if step not in STEPS:
        abort(404)
    if step == "done":
        site().change_settings({"set_up": True})
    values = flat(site().settings)
    return show(step, {f.key: settings_form.shown_value(values[f.key]) for f in step_fields(step)}, {})


@bp.post("/<step>")
def save(step: str) -> ResponseReturnValue:
    action = request.form.get("action", "next")
    if step not in STEPS[:-1]:
        abort(404)
    if step == "microphone" and action == "test":
        return show(step, {}, {}, test=site().ports.microphone_test("idle", trying.TEST_TIMEOUT_S))
    if step == "network" and action == "open":
        return open_to_network()
    fields = step_fields(step)
    if not any(field.name in request.form for field in fields):
        fields = ()  # a step without questions, or a bare button
    typed = settings_form.typed_values(fields, request.form)
    values, wrong = settings_form.read_values(fields, typed)
    if wrong and action in ("next", "listen"):
        return show(step, typed, {f.name: settings_page.complaint(f) for f in wrong}, 400)
    if action == "listen":
        flash(settings_page.listen(with_values(site().settings, values)), "info")
        return show(step, typed, {})
    try:
        # also who skips or goes back keeps what was ticked: nobody means to say it for nothing
        site().change_settings(values | ({"set_up": True} if action == "skip_all" else {}))
    except SettingsError as error:
        return show(step, typed, {"": program(error)}, 400)
    if step == "language" and values:
        session.pop("language", None)  # the pages follow the choice
    return leave(step, action)


def leave(step: str, action: str) -> ResponseReturnValue:
    """Where the button leads: to the end, to the finding of the volume, or a step forward or back."""
    match action:
        case "skip_all":
            return redirect(url_for("overview.page"))
        case "hearing":
            return redirect(url_for("trying.hearing_level"))
        case "back":
            return redirect(url_for("setup.page", step=STEPS[max(0, STEPS.index(step) - 1)]))
        case _:
            return redirect(url_for("setup.page", step=STEPS[STEPS.index(step) + 1]))


def step_fields(step: str) -> tuple[Field, ...]:
    if step == "profile":
        return settings_form.fields_of("profile")
    section = settings_form.fields_of("voice")
    return tuple(f for f in section if f.key in KEYS.get(step, ()))


def open_to_network() -> ResponseReturnValue:
    """Makes a PIN and lets the home network in from the next start. Only ever done by this button."""
    if site().settings.web.pin_hash:
        return redirect(url_for("pin.page"))
    made = make_pin()
    pin_hash = hash_pin(made)
    site().change_settings({"web.pin_hash": pin_hash, "web.host": "0.0.0.0"})
    auth.adopt(pin_hash)
    return show("network", {}, {}, made=made)


def show(
    step: str,
    typed: dict[str, str],
    problems: dict[str, str],
    code: int = 200,
    *,
    test: MicrophoneTest | None = None,
    made: str = "",
) -> ResponseReturnValue:
    section = "voice" if step in KEYS else step
    page = render_template(
        "device/setup.html",
        step=step,
        steps=STEPS,
        title=t(f"setup.{step}"),
        problems=problems,
        state=snapshot(),
        test=test,
        made=made,
        section=section,
        **settings_page.shown_fields(section, step_fields(step), typed),
    )
    return page, code
