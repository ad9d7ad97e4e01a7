"""The questions of the morning, answered on the page when the person is awake and has their glasses on.

What is asked of a danger sign, in which words, and what an answer leads to stands in the question tables of the
voice. An answer that is taken back takes its danger sign along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import cast
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skill.journal.episode import ANSWER_FIELDS, FOLLOWED, Episode
from skill.web.forms import fields as forms
from skill.web.forms.consequences import Outcome, answers_to, outcome, signs_of
from skill.web.forms.fields import FormProblem
from skill.web.pages.episode import Changes
from skill.web.showing.page import language, t, term
from skill.web.showing.words import question_name
from skill.web.site import BY, site

bp = Blueprint("morning", __name__, url_prefix="/episodes")

OF_THE_CRAMP = ("pain_before",)  # 0..10
OF_THE_NIGHT = ("sleep_disturbance", "fall", "stretched_evening", "restless_legs", "triggers")
OF_TODAY = ("soreness", "t7_fever", "t8_urine", "t9_elsewhere")
SCALES = ("pain_before", "sleep_disturbance", "soreness")  # 0..10
YES_NO = ("fall", "stretched_evening", "restless_legs")
TODAY_LASTS = timedelta(hours=36)
"""How long after a cramp «i dag» still is the day that its questions mean."""
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


@bp.get("/<uuid:uuid>/morning")
def page(uuid: UUID) -> ResponseReturnValue:
    episode = site().journal.episode(str(uuid))
    return _form(episode, present_answers(episode), {})


@bp.post("/<uuid:uuid>/morning")
def save(uuid: UUID) -> ResponseReturnValue:
    episode = site().journal.episode(str(uuid))
    before = present_answers(episode)
    typed = {name: _typed(name) for name in before}
    try:
        answers = {name: _checked(name, value) for name, value in typed.items() if value != before[name]}
        if (
            typed["triggers"]
            and typed["triggers"] != holder_of(episode, "triggers").question("triggers").answer
        ):
            answers["triggers"] = typed["triggers"]  # also what was only told aloud
        note = forms.parse_words("text", request.form.get("text", ""))
    except FormProblem as problem:
        return _form(episode, typed, {problem.field: t(problem.key)}, 400)
    follow_up, numbers = save_answers(episode, answers, note)
    flash(t("morning.saved" if answers or note else "settings.nothing_changed"), "good")
    for number in numbers:
        flash(f"{t('morning.danger')} {term('number', number)}.", "bad")
    if follow_up:
        return redirect(url_for("morning.follow_up", uuid=uuid, question=follow_up))
    return redirect(url_for("episode.page", uuid=uuid))


@bp.get("/<uuid:uuid>/morning/<question>")
def follow_up(uuid: UUID, question: str) -> ResponseReturnValue:
    """One question that an answer led to, alone on its page: it is asked of nobody else."""
    episode = site().journal.episode(str(uuid))
    if not _is_danger(question):
        return render_template("door/error.html", code=404, key="error.404"), 404
    asked = holder_of(episode, question).question(question)
    return render_template(
        "night/follow_up.html",
        episode=episode,
        question=question,
        asks=question_name(question),
        value=asked.answer,
    )


@bp.post("/<uuid:uuid>/morning/<question>")
def follow_up_save(uuid: UUID, question: str) -> ResponseReturnValue:
    episode = site().journal.episode(str(uuid))
    if not _is_danger(question):
        return render_template("door/error.html", code=404, key="error.404"), 404
    try:
        answer = _checked(question, request.form.get(question, ""))
    except FormProblem as problem:
        return render_template("door/error.html", code=400, key=problem.key), 400
    changed = answer != holder_of(episode, question).question(question).answer
    following, numbers = save_answers(episode, {question: answer} if changed else {}, "")
    for number in numbers:
        flash(f"{t('morning.danger')} {term('number', number)}.", "bad")
    if following:
        return redirect(url_for("morning.follow_up", uuid=uuid, question=following))
    return redirect(url_for("episode.page", uuid=uuid))


def save_answers(episode: Episode, answers: Mapping[str, str], note: str) -> tuple[str, tuple[str, ...]]:
    """Save what changed; the question that now follows ("" for none), and whom to call."""
    edits: dict[str, Changes] = {}
    following, numbers = "", []
    for name, answer in answers.items():
        holder = holder_of(episode, name)
        changes = edits.setdefault(holder.uuid, [])
        changes += take_back(holder, name, only_signs=bool(answer))
        led_to = outcome_of(name, answer)
        if answer:
            changes.append(("morning_answer", {"question": name, "answer": answer}))
        if led_to.advice:
            advice = led_to.advice
            row = {"sign": advice.sign, "advice": " ".join(advice.keys), "number": advice.number}
            changes.append(("danger_sign", row | {"question": name}))
            numbers += [advice.number] if advice.number else []
        following = following or led_to.ask
    if note:
        edits.setdefault(episode.uuid, []).append(("annotated", {"text": note, "by": BY}))
    for uuid, changes in edits.items():
        if changes:
            site().journal.change(uuid, changes, site().now())
    return following, tuple(numbers)


def outcome_of(question: str, answer: str) -> Outcome:
    """By the tables, for the person of this installation."""
    return outcome(site().script(language()), question, answer, asdict(site().settings.profile))


def take_back(episode: Episode, question: str, *, only_signs: bool = False) -> Changes:
    """The rows that take an answer back, or only what followed from it, where a new answer replaces it.

    Questions that an answer led to fall with it: without «andre steder» nobody is asked about a wound.
    """
    events, script = site().journal.events(episode.uuid), site().script(language())
    gone: list[str] = []
    waiting, seen = [question], set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        asked = script.questions.get(name) if script else None
        answers = answers_to(events, name)
        if name != question or not only_signs:
            gone += [event.uuid for event in answers]
        gone += [event.uuid for event in signs_of(events, name, asked.sign if asked else "")]
        following = (
            {o.partition(":")[2] for o in asked.answers.values() if o.startswith("ask:")} if asked else set()
        )
        waiting += [name for name in following - seen if answers]
    changes: Changes = [("withdrawn", {"events": " ".join(dict.fromkeys(gone)), "by": BY})] if gone else []
    field = ANSWER_FIELDS.get(question)
    if field and not only_signs and getattr(episode, field) is not None:
        changes.append(("edited", {"field": field, "value": "", "by": BY}))
    return changes


def holder_of(episode: Episode, question: str) -> Episode:
    """The cramp that keeps the answer: for what is asked once a night, the one that has it already."""
    if question in OF_THE_CRAMP or question.startswith(f"{FOLLOWED}:"):
        return episode
    for other in (episode, *_same_night(episode)):
        if other.question(question).state == "answered" or (
            question in ANSWER_FIELDS and getattr(other, ANSWER_FIELDS[question]) is not None
        ):
            return other
    return episode


def _same_night(episode: Episode) -> tuple[Episode, ...]:
    """The cramps of this night, read once in each request."""
    kept = g.setdefault("cramps_of_night", {})
    if episode.night not in kept:
        kept[episode.night] = tuple(site().journal.whole_episodes(episode.night, episode.night))
    return cast("tuple[Episode, ...]", kept[episode.night])


def is_recent(episode: Episode) -> bool:
    """Whether «i dag» still is the day after this cramp."""
    return site().now() - episode.started_at <= TODAY_LASTS


def questions(episode: Episode) -> tuple[str, ...]:
    """Names of the questions that this episode's form asks."""
    signs = dict.fromkeys(d.sign for d in episode.danger_signs)
    today = OF_TODAY if is_recent(episode) else ()
    return (*OF_THE_CRAMP, *OF_THE_NIGHT, *today, *(f"{FOLLOWED}:{sign}" for sign in signs))


def present_answers(episode: Episode) -> dict[str, str]:
    """What is known already; "" where it isn't."""
    answers = {}
    for name in questions(episode):
        holder = holder_of(episode, name)
        value = (
            getattr(holder, ANSWER_FIELDS[name]) if name in ANSWER_FIELDS else holder.question(name).answer
        )
        answers[name] = "" if value is None else str(value)
    told = {box for name, box in SPOKEN_TRIGGERS.items() if episode.question(name).answer == "yes"}
    told |= set(answers["triggers"].split())
    answers["triggers"] = " ".join(box for box in TRIGGERS if box in told)
    return answers


def _is_danger(question: str) -> bool:
    script = site().script(language())
    return bool(script and question in script.questions and script.questions[question].kind == "danger")


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
        "night/morning.html",
        episode=episode,
        values=values,
        problems=problems,
        recent=is_recent(episode),
        yes_no=YES_NO,
        triggers=TRIGGERS,
        dangers=[(name, question_name(name)) for name in asked if name in OF_TODAY and _is_danger(name)],
        followed=[(name, name.partition(":")[2]) for name in asked if name.startswith(f"{FOLLOWED}:")],
        typed_note=request.form.get("text", ""),
    )
    return page, code
