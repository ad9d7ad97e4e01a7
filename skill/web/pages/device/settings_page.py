"""Innstillinger: everything a person can choose, what it means, and when it takes effect."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import isfinite
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skill.content.script import TONES
from skill.errors import SettingsError
from skill.journal.keeping.backup import backups
from skill.journal.storage.database import companions
from skill.languages import Language
from skill.settings.docs import SettingDoc, SettingsDocs, load_settings_docs
from skill.settings.rules import flat, with_values
from skill.settings.values import Settings
from skill.web.door import auth
from skill.web.forms import keeping, settings_form
from skill.web.forms.profile_notes import profile_notes
from skill.web.forms.settings_form import ELSEWHERE, SECTIONS, WORDED, Field
from skill.web.showing import dates
from skill.web.showing.page import language, program, snapshot, t, upperfirst
from skill.web.site import site

bp = Blueprint("settings", __name__, url_prefix="/settings")

VOICES = {"nb": "man", "nb+m3": "man_other", "nb+f3": "woman", "nb+f5": "woman_other"}
"""Variants of the voice that comes with it → the name of their name in the page texts."""


@cache
def docs(prompts: Path) -> SettingsDocs:
    return load_settings_docs(prompts)


def doc(key: str) -> SettingDoc:
    return docs(site().config.prompts).settings[key]


@bp.get("")
def page() -> ResponseReturnValue:
    problems = site().settings_reader.read().problems
    return render_template("device/settings.html", sections=tuple(SECTIONS), problems=problems)


@bp.get("/<any(voice, audio, profile, privacy, routine, connect, web):section>")
def section(section: str) -> ResponseReturnValue:
    values = flat(site().settings)
    fields = settings_form.fields_of(section)
    shown = {f.key: "" if f.kind == "secret" else settings_form.shown_value(values[f.key]) for f in fields}
    return form(section, shown, {})


@bp.post("/<any(voice, audio, profile, privacy, routine, connect, web):section>")
def save(section: str) -> ResponseReturnValue:
    fields = settings_form.fields_of(section)
    typed = settings_form.typed_values(fields, request.form)
    values, wrong = settings_form.read_values(fields, typed)
    if wrong:
        return form(section, typed, {f.name: complaint(f) for f in wrong}, 400)
    if request.form.get("action") == "listen":
        flash(listen(with_values(site().settings, values)), "info")
        return form(section, typed, {})
    if not host_fits(values.get("web.host", "127.0.0.1")):
        return form(section, typed, {"web-host": t("settings.needs_pin")}, 400)
    asked = keeping.question(values.get(keeping.KEY, 0))
    if asked and request.form.get("sure") != typed[keeping.KEY]:
        return form(section, typed, {}, 409, asked)
    try:
        changed = site().change_settings(values)
    except SettingsError as error:
        return form(section, typed, {"": program(error)}, 400)
    announce(changed)
    if section == "profile":
        for note in profile_notes(site().settings.profile, site().config.prompts, language()):
            flash(note, "info")
    return redirect(url_for("settings.section", section=section))


def announce(changed: tuple[str, ...]) -> None:
    """Say that it is saved, and when each kind of change takes effect."""
    if not changed:
        flash(t("settings.nothing_changed"), "info")
        return
    tongue = language()
    effects = dict.fromkeys(doc(key).takes_effect[tongue] for key in changed if key not in ELSEWHERE)
    flash(" ".join((t("settings.saved"), *effects)), "good")


def host_fits(host: object) -> bool:
    """Opening to the network needs a PIN first."""
    return auth.is_this_machine(str(host)) or host == "localhost" or bool(site().settings.web.pin_hash)


def listen(candidate: Settings) -> str:
    """«Hør»: a sentence in the voice that is being chosen, and the tone where one is; what became of it."""
    tongue: Language = candidate.language
    sentence = site().texts.text(tongue, "settings.sample")
    outcome = site().ports.say(sentence, candidate)
    speaker = snapshot().loudspeaker or t("status.default_device")
    if outcome == "played" and (key := f"tone.{candidate.voice.in_the_hold}") in TONES:
        outcome = site().ports.say(key, candidate)
    return (
        t(f"settings.say_{outcome}")
        if outcome != "played"
        else f"{t('settings.said', sentence=sentence, speaker=speaker)} {who_spoke(sentence, candidate)}"
    )


def who_spoke(sentence: str, candidate: Settings) -> str:
    """Who was heard: whoever was chosen, or the engine that stands in where a sentence is not spoken yet."""
    spoke = site().ports.who_says(sentence, candidate)
    by = t(f"settings.by_{spoke}")
    wished = candidate.voice.speaker
    return by if wished in (spoke, "engine") or spoke == "piper" else f"{by} {t('settings.by_instead')}"


def complaint(field: Field) -> str:
    label = doc(field.key).label[language()]
    if field.kind in ("number", "worded"):
        return t("settings.bad_number", label=label, low=f"{field.rule.low:g}", high=f"{field.rule.high:g}")
    return t(f"settings.bad_{field.kind}", label=label)


def form(
    section: str, typed: Mapping[str, str], problems: Mapping[str, str], code: int = 200, asked: str = ""
) -> ResponseReturnValue:
    page = render_template(
        "device/settings_section.html",
        section=section,
        sections=tuple(SECTIONS),
        problems=problems,
        stored=stored() if section == "privacy" else (),
        asked=asked,
        sure=typed.get(keeping.KEY, ""),
        state=snapshot(),
        **shown_fields(section, settings_form.fields_of(section), typed),
    )
    return page, code


def shown_fields(section: str, fields: tuple[Field, ...], typed: Mapping[str, str]) -> dict[str, object]:
    """What the template of the fields needs."""
    tongue = language()
    return {
        "fields": fields,
        "groups": settings_form.groups_of(section, fields, typed),
        "typed": typed,
        "label": {f.key: doc(f.key).label[tongue] for f in fields},
        "help": {f.key: _help(f.key) for f in fields},
        "effect": {f.key: doc(f.key).takes_effect[tongue] for f in fields},
        "devices": choices(typed),
    }


def _help(key: str) -> str:
    """The page's own help where the file's speaks of the file."""
    own = f"settings.help_{key.partition('.')[2]}"
    return t(own) if site().texts.has(own) else doc(key).help[language()]


def stored() -> tuple[str, ...]:
    """What lies on this machine, in sentences: what always, what only by consent, and how much it is."""
    journal, folder = site().journal, site().config.paths.backups
    file = Path(journal.where)
    files = [each for each in (file, *companions(file)) if each.is_file()]
    size = dates.size(language(), sum(each.stat().st_size for each in files) if files else None)
    now = t(
        "settings.stored_now",
        episodes=len(journal.episodes(include_false_starts=True)),
        size=size,
        copies=len(backups(folder)),
    )
    return (
        t("settings.stored_always"),
        t("settings.stored_words"),
        t("settings.stored_sound"),
        t("settings.stored_edits"),
        now,
        *keeping.keeping(),
        t("settings.stored_chosen" if site().settings.connect.enabled else "settings.stored_never"),
    )


def choices(typed: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """(value, name) of what to choose from, by setting. Devices are never typed; numbers have words.

    A voice that isn't one of ours (another variant, a Piper file) stays a text to be typed.
    """
    state = snapshot()
    found = {"audio.microphone": state.microphones, "audio.loudspeaker": state.loudspeakers}
    usual = ("", upperfirst(t("status.default_device")))
    chosen = {
        key: [usual, *((name, name) for name in dict.fromkeys((*names, typed.get(key, ""))) if name)]
        for key, names in found.items()
    }
    chosen |= {key: words_for(key, typed.get(key, "")) for key in WORDED}
    name = typed.get("voice.name", "")
    if name in VOICES and typed.get("voice.engine") == "pyttsx3":
        chosen["voice.name"] = [(code, t(f"settings.voice_{key}")) for code, key in VOICES.items()]
    return chosen


def words_for(key: str, present: str) -> list[tuple[str, str]]:
    """«saktere (105 ord i minuttet)» …: five steps in words with the number behind, and a number chosen otherwise."""
    tongue, (unit, steps) = language(), WORDED[key]

    def number(value: float) -> str:
        return t(f"settings.unit_{unit}", n=dates.number(tongue, value))

    named = [(f"{value:g}", f"{t(f'settings.{word}')} ({number(value)})") for word, value in steps.items()]
    try:
        other = float(present.replace(",", "."))
    except ValueError:
        return named
    if isfinite(other) and all(other != value for value in steps.values()):
        named.append((present, upperfirst(number(other))))
    return named
