"""Episode: what the events of one cramp add up to. A pure fold; nothing here touches a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from skill.events import JsonValue
from skill.journal.times import from_text, night_of, seconds_between, to_text, zone_of

AnswerState = Literal["answered", "not_answered", "not_asked"]

FOLD_VERSION = 1
"""Raised whenever the fold changes, so that the copy in the `episodes` table is made anew."""


@dataclass(frozen=True, slots=True)
class Event:
    """One journal row."""

    id: int  # grows with time; 0 while it isn't committed
    uuid: str
    at: datetime  # in the zone it happened in
    zone: str  # IANA name
    device: str
    episode: str | None
    kind: str  # one of skill.events.EVENT_FIELDS
    data: Mapping[str, JsonValue]

    def text(self, name: str) -> str:
        """Field `name` as text; "" when it isn't there."""
        value = self.data.get(name)
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Step:
    """One exercise of a protocol. `outcome` is "" while it isn't known."""

    protocol: str
    rung: str
    outcome: str  # better | same | worse | stopped | unanswered | ""
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what became of it. That it was not asked is never the same as that nobody answered."""

    question: str
    state: AnswerState
    answer: str = ""
    at: datetime | None = None
    in_the_morning: bool = False


@dataclass(frozen=True, slots=True)
class DangerSign:
    """A sign of danger with the advice that was given for it, and whether the advice was followed."""

    sign: str
    advice: str  # text key of what was said
    number: str  # 113 | 116117 | fastlege | foden | ""
    at: datetime
    repeated: int = 0
    acknowledged: bool = False
    followed: Question = Question("advice_followed", "not_asked")


@dataclass(frozen=True, slots=True)
class Note:
    """A person's own words about the night."""

    uuid: str  # of the event that wrote it
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Episode:
    """One cramp, as far as it is known."""

    uuid: str
    version: int  # id of the last event: hand it back when editing
    device: str
    started_at: datetime  # "fra du sa ifra": when the person said so, not when the cramp began
    ended_at: datetime | None
    zone: str
    night: date  # the evening on which the night began
    intent: str = ""
    value: str = ""
    place: str = ""
    side: str = ""
    pain_before: int | None = None  # 0..10
    pain_after: int | None = None
    steps: tuple[Step, ...] = ()
    questions: tuple[Question, ...] = ()
    danger_signs: tuple[DangerSign, ...] = ()
    sleep_disturbance: int | None = None  # 0..10, told in the morning
    notes: tuple[Note, ...] = ()
    language: str = ""
    app: str = ""
    content: str = ""
    model: str = ""
    ended_reason: str = ""
    false_start: bool = False
    deleted: bool = False
    by_hand: bool = False
    edited_fields: tuple[str, ...] = ()
    last_sign_at: datetime | None = None  # the last event of that night itself

    @property
    def interrupted(self) -> bool:
        """The power or the program went away in the middle of it."""
        return self.ended_reason == "interrupted"

    @property
    def open(self) -> bool:
        """Nothing has ended it yet."""
        return self.ended_at is None

    @property
    def duration_s(self) -> float | None:
        """Seconds from when the person said so until it ended; None where that isn't known."""
        if self.ended_at is None or self.interrupted:
            return None
        duration_s = seconds_between(self.started_at, self.ended_at)
        return duration_s if duration_s >= 0 else None  # the clock was set in between

    def question(self, name: str) -> Question:
        """What became of question `name`; `not_asked` where it never came up."""
        return next((q for q in self.questions if q.question == name), Question(name, "not_asked"))


FOLLOWED = "advice_followed"
SLEEP = "sleep_disturbance"
ANSWER_FIELDS: Mapping[str, str] = {
    SLEEP: "sleep_disturbance",
    "pain_before": "pain_before",
    "pain_after": "pain_after",
}
"""Morning questions whose answer is also a field of the episode."""

EDITABLE: tuple[str, ...] = (
    "place",
    "side",
    "started_at",
    "ended_at",
    "pain_before",
    "pain_after",
    "sleep_disturbance",
    "false_start",
)
"""Fields a person may correct; also `question:<name>` and `note:<uuid>` ("" takes the note away)."""


LATER_KINDS = frozenset({"edited", "annotated", "deleted", "restored", "added_by_hand", "morning_answer"})
"""What a person adds afterwards; it says nothing of how long the night's conversation went on."""


def fold(events: Iterable[Event]) -> Episode | None:
    """The episode that `events` (all of one episode, in order) add up to; None when nothing began one."""
    episode: Episode | None = None
    for event in events:
        episode = _begin(event) if episode is None else _apply(episode, event)
    if episode is None:
        return None
    return _settle(episode)


def _begin(event: Event) -> Episode | None:
    if event.kind not in ("episode_started", "added_by_hand") or event.episode is None:
        return None
    started = event.at
    ended: datetime | None = None
    if event.kind == "added_by_hand":
        started = _moment(event.text("started_at"), event.zone) or event.at
        ended = _moment(event.text("ended_at"), event.zone)
    return Episode(
        uuid=event.episode,
        version=event.id,
        device=event.device,
        started_at=started,
        ended_at=ended,
        zone=event.zone,
        night=night_of(started),
        intent=event.text("intent"),
        value=event.text("value"),
        place=event.text("place"),
        side=event.text("side"),
        language=event.text("language"),
        app=event.text("app"),
        content=event.text("content"),
        model=event.text("model"),
        by_hand=event.kind == "added_by_hand",
        ended_reason="person" if ended else "",
    )


def _apply(old: Episode, event: Event) -> Episode:
    episode = replace(old, version=event.id)
    if event.kind not in LATER_KINDS:
        episode = replace(episode, last_sign_at=event.at)
    match event.kind:
        case "place_set":
            return replace(
                episode, place=event.text("place") or episode.place, side=event.text("side") or episode.side
            )
        case "step_started":
            step = Step(event.text("protocol"), event.text("rung"), "", event.at)
            return replace(episode, steps=(*episode.steps, step))
        case "step_ended":
            return replace(episode, steps=_end_step(episode.steps, event))
        case "question_asked":
            return _asked(episode, Question(event.text("question"), "not_answered", at=event.at))
        case "question_unanswered":
            return _asked(episode, Question(event.text("question"), "not_answered", at=event.at))
        case "question_answered":
            return _asked(
                episode, Question(event.text("question"), "answered", event.text("answer"), event.at)
            )
        case "morning_answer":
            return _morning(episode, event)
        case "danger_sign":
            sign = DangerSign(event.text("sign"), event.text("advice"), event.text("number"), event.at)
            return replace(episode, danger_signs=(*episode.danger_signs, sign))
        case "advice_repeated":
            return replace(
                episode,
                danger_signs=tuple(
                    replace(d, repeated=d.repeated + 1) if d.sign == event.text("sign") else d
                    for d in episode.danger_signs
                ),
            )
        case "advice_acknowledged":
            return replace(
                episode,
                danger_signs=tuple(
                    replace(d, acknowledged=True) if d.sign == event.text("sign") else d
                    for d in episode.danger_signs
                ),
            )
        case "pain":
            name = "pain_after" if event.text("when") == "after" else "pain_before"
            return _set_field(episode, name, event.text("score"))
        case "marked_false_start":
            return replace(episode, false_start=True)
        case "episode_ended":
            return _end(old, episode, event)
        case "edited":
            return _edit(episode, event)
        case "annotated":
            note = Note(event.uuid, event.text("text"), event.text("by"), event.at)
            return replace(episode, notes=(*episode.notes, note))
        case "deleted":
            return replace(episode, deleted=True)
        case "restored":
            return replace(episode, deleted=False)
        case _:
            return episode


def _end(old: Episode, episode: Episode, event: Event) -> Episode:
    reason = event.text("reason")
    at = event.at
    if reason == "interrupted":
        # Written at the next start; the last sign of life is all that is known of the end.
        at = old.last_sign_at or old.started_at
    return replace(
        episode, ended_at=at, ended_reason=reason, false_start=episode.false_start or reason == "false_start"
    )


def _end_step(steps: tuple[Step, ...], event: Event) -> tuple[Step, ...]:
    protocol, rung, outcome = event.text("protocol"), event.text("rung"), event.text("outcome")
    for index in range(len(steps) - 1, -1, -1):
        step = steps[index]
        if (step.protocol, step.rung) == (protocol, rung) and step.ended_at is None:
            return (*steps[:index], replace(step, outcome=outcome, ended_at=event.at), *steps[index + 1 :])
    return (*steps, Step(protocol, rung, outcome, event.at, event.at))


def _asked(episode: Episode, question: Question) -> Episode:
    """A later word on a question replaces an earlier one, but silence never takes an answer away."""
    before = episode.question(question.question)
    if before.state == "answered" and question.state != "answered":
        return episode
    others = tuple(q for q in episode.questions if q.question != question.question)
    return replace(episode, questions=(*others, question))


def _morning(episode: Episode, event: Event) -> Episode:
    name, answer = event.text("question"), event.text("answer")
    state: AnswerState = "answered" if answer else "not_answered"
    question = Question(name, state, answer, event.at, in_the_morning=True)
    if name == FOLLOWED or name.startswith(f"{FOLLOWED}:"):
        sign = name.partition(":")[2]
        episode = replace(
            episode,
            danger_signs=tuple(
                replace(d, followed=question) if sign in ("", d.sign) else d for d in episode.danger_signs
            ),
        )
    episode = _asked(episode, question)
    if name in ANSWER_FIELDS and answer:
        episode = _set_field(episode, ANSWER_FIELDS[name], answer)
    return episode


def _edit(episode: Episode, event: Event) -> Episode:
    name, value = event.text("field"), event.text("value")
    if name.startswith("note:"):
        uuid = name.partition(":")[2]
        notes = tuple(
            replace(n, text=value, by=event.text("by")) if n.uuid == uuid else n for n in episode.notes
        )
        return replace(episode, notes=tuple(n for n in notes if n.text))
    if name.startswith("question:"):
        state: AnswerState = "answered" if value else "not_answered"
        return _asked_again(episode, Question(name.partition(":")[2], state, value, event.at))
    if name not in EDITABLE:
        return episode
    changed = _set_field(episode, name, value)
    fields = episode.edited_fields if name in episode.edited_fields else (*episode.edited_fields, name)
    return replace(changed, edited_fields=fields)


def _asked_again(episode: Episode, question: Question) -> Episode:
    others = tuple(q for q in episode.questions if q.question != question.question)
    return replace(episode, questions=(*others, question))


def _set_field(episode: Episode, name: str, value: str) -> Episode:
    match name:
        case "place":
            return replace(episode, place=value)
        case "side":
            return replace(episode, side=value)
        case "started_at":
            started = _moment(value, episode.zone)
            return replace(episode, started_at=started) if started else episode
        case "ended_at":
            ended = _moment(value, episode.zone)
            return replace(episode, ended_at=ended, ended_reason=episode.ended_reason or "person")
        case "false_start":
            return replace(episode, false_start=value.lower() in ("true", "1", "yes"))
        case "pain_before":
            return replace(episode, pain_before=_score(value))
        case "pain_after":
            return replace(episode, pain_after=_score(value))
        case "sleep_disturbance":
            return replace(episode, sleep_disturbance=_score(value))
        case _:
            return episode


def _score(value: str) -> int | None:
    try:
        score = round(float(value))
    except (ValueError, OverflowError):
        return None
    return score if 0 <= score <= 10 else None


def _moment(value: str, zone: str) -> datetime | None:
    try:
        moment = from_text(value, zone_of(zone)) if value else None
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and 1900 < moment.year < 3000 else None


def _settle(episode: Episode) -> Episode:
    """The night follows the start, also after a correction."""
    return replace(episode, night=night_of(episode.started_at.astimezone(zone_of(episode.zone))))


def moment_text(at: datetime) -> str:
    """How a moment is written inside an event's data (`edited`, `added_by_hand`)."""
    return to_text(at)
