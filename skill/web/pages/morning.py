"""The morning questions of one episode, answered on the page when the person is awake and has their glasses on."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skill.journal.episode import FOLLOWED, Episode
from skill.web.forms import fields as forms
from skill.web.forms.fields import FormProblem
from skill.web.pages.episode import Changes
from skill.web.showing.page import t, term
from skill.web.showing.words import question_name
from skill.web.site import BY, site

bp = Blueprint("morning", __name__, url_prefix="/episodes")

SCALES = ("pain_before", "sleep_disturbance", "soreness")  # 0..10
YES_NO = ("fall", "stretched_evening", "restless_legs")
TRIGGERS = (
    "activity",
    "standing",
    "sitting",
    "alcohol",
    "stomach",
    "little_fluid",
    "heat",
    "dialysis",
    "new_shoes",
    "nothing",
)
SPOKEN_TRIGGERS: Mapping[str, str] = {
    "trigger_activity": "activity",
    "trigger_fluid": "little_fluid",
    "trigger_alcohol": "alcohol",
}
"""Questions of the spoken morning conversation → the box that a yes ticks here."""
DANGERS: Mapping[str, tuple[str, str]] = {
    "t7_fever": ("T7", "116117"),
    "t8_urine": ("T8", "116117"),
    "t9_elsewhere": ("fastlege", "fastlege"),
    "t9_jaw": ("T9", "113"),
    "t9_wound": ("T9", "113"),
}
"""Danger questions of the morning → the sign and whom to call."""


@bp.get("/<uuid:uuid>/morning")
def page(uuid: UUID) -> ResponseReturnValue:
    episode = site().journal.episode(str(uuid))
    return _form(episode, present_answers(episode), {})


@bp.post("/<uuid:uuid>/morning")
def save(uuid: UUID) -> ResponseReturnValue:
    journal = site().journal
    episode = journal.episode(str(uuid))
    before = present_answers(episode)
    typed = {name: _typed(name) for name in before}
    try:
        answers = {name: _checked(name, value) for name, value in typed.items() if value != before[name]}
        if typed["triggers"] and typed["triggers"] != episode.question("triggers").answer:
            answers["triggers"] = typed["triggers"]  # also what was only told aloud
        note = forms.parse_words("text", request.form.get("text", ""))
    except FormProblem as problem:
        return _form(episode, typed, {problem.field: t(problem.key)}, 400)
    edits: Changes = [
        ("morning_answer", {"question": name, "answer": answer}) for name, answer in answers.items()
    ]
    advice = [DANGERS[name] for name, answer in answers.items() if name in DANGERS and answer == "yes"]
    edits += [("danger_sign", {"sign": sign, "advice": "", "number": number}) for sign, number in advice]
    if note:
        edits.append(("annotated", {"text": note, "by": BY}))
    if edits:
        journal.change(str(uuid), edits, site().now())
        flash(t("morning.saved"), "good")
    for _, number in advice:
        flash(f"{t('morning.danger')} {term('number', number)}.", "bad")
    return redirect(url_for("episode.page", uuid=uuid))


def questions(episode: Episode) -> tuple[str, ...]:
    """Names of the questions that this episode's form asks."""
    signs = dict.fromkeys(d.sign for d in episode.danger_signs)
    return (*SCALES, *YES_NO, "triggers", *DANGERS, *(f"{FOLLOWED}:{sign}" for sign in signs))


def present_answers(episode: Episode) -> dict[str, str]:
    """What is known already; "" where it isn't."""
    answers = {name: episode.question(name).answer for name in questions(episode)}
    for name in ("pain_before", "sleep_disturbance"):
        value = getattr(episode, name)
        answers[name] = "" if value is None else str(value)
    told = {box for name, box in SPOKEN_TRIGGERS.items() if episode.question(name).answer == "yes"}
    told |= set(answers["triggers"].split())
    answers["triggers"] = " ".join(box for box in TRIGGERS if box in told)
    return answers


def _typed(name: str) -> str:
    if name == "triggers":
        return " ".join(v for v in TRIGGERS if v in request.form.getlist("triggers"))
    return request.form.get(name, "")


def _checked(name: str, value: str) -> str:
    if name in SCALES:
        return forms.score(name, value)
    if name == "triggers":
        return value
    return forms.one_of(name, value, ("yes", "no", "unsure"))


def _form(
    episode: Episode, values: Mapping[str, str], problems: Mapping[str, str], code: int = 200
) -> ResponseReturnValue:
    asked = questions(episode)
    page = render_template(
        "morning.html",
        episode=episode,
        values=values,
        problems=problems,
        scales=SCALES,
        yes_no=YES_NO,
        triggers=TRIGGERS,
        dangers=[(name, question_name(name)) for name in asked if name in DANGERS],
        followed=[(name, name.partition(":")[2]) for name in asked if name.startswith(f"{FOLLOWED}:")],
        typed_note=request.form.get("text", ""),
    )
    return page, code
