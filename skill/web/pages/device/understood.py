"""«Hvilken forstår du best?»: every voice says three sentences as at night, and the person chooses one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from skill.settings.rules import with_values
from skill.web.pages.device.settings_page import announce, who_spoke
from skill.web.showing.page import t
from skill.web.site import site

bp = Blueprint("understood", __name__, url_prefix="/settings/understood")

VOICES: Final = ("woman", "man", "engine")
EACH: Final = 3  # sentences of a voice; all nine are different, so that none is known from another voice
PLAYED: Final = "understood_played"  # in the session: voice → how many of its sentences have been heard


@bp.get("")
def page() -> ResponseReturnValue:
    return _page()


@bp.post("")
def play_or_choose() -> ResponseReturnValue:
    """«Hør»: the next sentence of a voice. «Denne forstår jeg best»: that voice speaks from now on."""
    action, _, voice = request.form.get("action", "").partition(":")
    if voice not in VOICES or action not in ("play", "choose"):
        return redirect(url_for("understood.page"))
    if action == "choose":
        return _choose(voice)
    played = _played()
    number = played[voice] % EACH
    sentence = site().texts.text(
        site().settings.language, f"understood.sentence_{VOICES.index(voice) * EACH + number + 1}"
    )
    candidate = with_values(site().settings, _values(voice))
    outcome = site().ports.say(sentence, candidate, volume_db=candidate.voice.night_volume_db)
    if outcome != "played":
        return _page(t(f"settings.say_{outcome}"), "warn")
    session[PLAYED] = played | {voice: number + 1}
    return _page(f"{t('understood.was_said', sentence=sentence)} {who_spoke(sentence, candidate)}", "info")


def _choose(voice: str) -> ResponseReturnValue:
    if not _played()[voice]:
        return _page(t("understood.hear_first"), "warn")
    session.pop(PLAYED, None)
    announce(site().change_settings(_values(voice)))
    return redirect(url_for("settings.section", section="voice"))


def _values(voice: str) -> Mapping[str, str]:
    """A piper voice says everything itself, so whoever chooses one of these three leaves it."""
    values = {"voice.speaker": voice}
    if site().settings.voice.engine == "piper":
        values |= {"voice.engine": "pyttsx3", "voice.name": "nb"}
    return values


def _played() -> dict[str, int]:
    kept = session.get(PLAYED, {})
    return {voice: kept.get(voice, 0) for voice in VOICES}


def _page(told: str = "", kind: str = "") -> ResponseReturnValue:
    return render_template(
        "device/understood.html", voices=VOICES, played=_played(), each=EACH, told=told, kind=kind
    )
