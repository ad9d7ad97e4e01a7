"""Trying out: is the microphone heard, how loud must the voice be, does the device hear itself, and a restart."""

from __future__ import annotations

from math import isnan

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from skill.errors import SettingsError
from skill.web.door.auth import safe_next
from skill.web.ports import MicrophoneTest
from skill.web.showing.page import snapshot, t
from skill.web.site import site

bp = Blueprint("trying", __name__, url_prefix="/settings")

TEST_TIMEOUT_S = 6.0
SELF_TEST_TIMEOUT_S = 25.0
RESTART_S = 20  # a slow machine listens again by then
CLEARLY_DB = 3.0  # below this, which microphone is the loudest is chance
FIRST_DB, STEP_DB, LOUDEST_DB = -30.0, 3.0, 12.0


# --- microphone ------------------------------------------------------------------------------------------


@bp.get("/microphone")
def microphone() -> ResponseReturnValue:
    return render_template("device/settings_microphone.html", state=snapshot(), test=None)


@bp.post("/microphone")
def microphone_test() -> ResponseReturnValue:
    """«Snakk nå»: listens a few seconds and shows what was understood. Nothing is acted on."""
    return render_template(
        "device/settings_microphone.html",
        state=snapshot(),
        test=site().ports.microphone_test("idle", TEST_TIMEOUT_S),
    )


@bp.post("/microphone/each")
def microphone_each() -> ResponseReturnValue:
    """«Lytt med hver»: all microphones in turn, each with the level that it heard and a button that chooses it."""
    levels = site().ports.microphone_levels()
    heard = [each.level_dbfs for each in levels if each.level_dbfs is not None]
    return render_template(
        "device/settings_microphone.html",
        state=snapshot(),
        test=None,
        levels=levels,
        loudest=max(heard) if len(heard) > 1 and max(heard) - min(heard) >= CLEARLY_DB else None,
    )


@bp.post("/microphone/choose")
def choose_microphone() -> ResponseReturnValue:
    name = request.form.get("name", "")
    try:
        site().change_settings({"audio.microphone": name})
    except SettingsError:
        flash(t("microphone.not_chosen"), "warn")
    else:
        flash(t("microphone.chosen", name=name or t("status.default_device")), "good")
    return redirect(url_for("trying.microphone"))


# --- the night volume, found by ear ----------------------------------------------------------------------


@bp.get("/hearing-level")
def hearing_level() -> ResponseReturnValue:
    return render_template("device/settings_hearing.html", level_db=None, test=None, outcome="")


@bp.post("/hearing-level")
def hearing_level_post() -> ResponseReturnValue:
    """One step: say it at this level and listen for a yes; or save the level that was heard."""
    level_db = _level(request.form.get("level_db", ""))
    if request.form.get("action") == "heard" and session.pop("played_db", None) == level_db:
        return _keep_level(level_db)
    sentence = site().texts.text(site().settings.language, "settings.hearing_sample")
    outcome = site().ports.say(sentence, site().settings, volume_db=level_db)
    session["played_db"] = level_db if outcome == "played" else None
    test: MicrophoneTest | None = None
    if outcome == "played":
        test = site().ports.microphone_test("yes_no", TEST_TIMEOUT_S)
        if test.outcome == "heard" and test.intent.partition(":")[0] == "yes":
            return _keep_level(level_db)
    return render_template(
        "device/settings_hearing.html",
        level_db=level_db,
        test=test,
        outcome=outcome,
        next_db=min(level_db + STEP_DB, LOUDEST_DB),
        loudest=level_db >= LOUDEST_DB,
    )


def _level(typed: str) -> float:
    try:
        level = float(typed)
    except ValueError:
        return FIRST_DB
    return FIRST_DB if isnan(level) else min(max(level, FIRST_DB), LOUDEST_DB)


def _keep_level(level_db: float) -> ResponseReturnValue:
    """What was just heard, and a little more: the person will be asleep."""
    chosen = min(level_db + STEP_DB, LOUDEST_DB)
    site().change_settings({"voice.night_volume_db": chosen})
    flash(t("settings.level_saved", level=f"{chosen:g}"), "good")
    return redirect(url_for("settings.section", section="voice"))


# --- the self-test ---------------------------------------------------------------------------------------


@bp.post("/self-test")
def self_test() -> ResponseReturnValue:
    """«Test nå»: the device says a sentence and has to hear it itself. What came of it stands where one was."""
    report = site().ports.self_test(SELF_TEST_TIMEOUT_S)
    flash(
        t("selftest.not_now")
        if report is None
        else t(f"selftest.{'well' if report.heard_itself else 'bad'}"),
        "good" if report is not None and report.heard_itself else "warn",
    )
    return redirect(safe_next(request.form.get("next", "/status")))


# --- a restart -------------------------------------------------------------------------------------------


@bp.post("/restart")
def restart() -> ResponseReturnValue:
    """Begin anew, for settings that wait for it. Never in the middle of a cramp."""
    outcome = site().ports.restart()
    if outcome == "restarting":
        page = render_template("device/restarting.html", seconds=RESTART_S)
        return page, 200, {"Refresh": f"{RESTART_S}; url={url_for('status.page')}"}
    flash(t(f"restart.{outcome}"), "warn")
    return redirect(url_for("settings.page"))
