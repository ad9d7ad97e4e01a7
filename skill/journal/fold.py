"""From events to an episode. Pure: the same events always give the same episode, and nothing is forgotten twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from skill.journal.episode import (
    ANSWER_FIELDS,
    EDITABLE,
    FOLLOWED,
    LATER_KINDS,
    AnswerState,
    AskedQuestion,
    DangerSign,
    Episode,
    Event,
    Note,
    StepTaken,
)
from skill.journal.set_clock import on_set_clock
from skill.journal.times import from_text, later, night_of, seconds_between, zone_of

_BEGINNINGS = ("episode_started", "added_by_hand")
SAME_NIGHT_S = 12 * 3600.0  # a sign that came later than this after the cry is of another day


def fold(events: Iterable[Event]) -> Episode | None:
    """The episode that `events` (all of one episode, in order) add up to; None when nothing began one."""
    draft: _Draft | None = None
    events = on_set_clock(events)
    taken_back = withdrawn(events)
    for event in events:
        if draft is not None:
            draft.apply(event, counts=event.uuid not in taken_back)
        elif event.kind in _BEGINNINGS and event.episode is not None:
            draft = _Draft(event, event.episode)
    return None if draft is None else draft.episode()


def withdrawn(events: Iterable[Event]) -> frozenset[str]:
    """uuids of the rows that a person has taken back. A withdrawal may itself be taken back later."""
    rows = [event for event in events if event.kind == "withdrawn"]
    gone: set[str] = set()
    for row in reversed(rows):  # what comes later decides about what came before
        if row.uuid not in gone:
            gone.update(row.text("events").split())
    return frozenset(gone)


class _Draft:
    """An episode in the making. Lives within one call of `fold`; frozen copies an event cost too much."""

    def __init__(self, event: Event, uuid: str) -> None:
        by_hand = event.kind == "added_by_hand"
        started = _moment(event.text("started_at"), event.zone) if by_hand else None
        self.first = event
        self.uuid = uuid
        self.by_hand = by_hand
        self.version = event.id
        self.started_at = started or event.at
        self.ended_at = _moment(event.text("ended_at"), event.zone) if by_hand else None
        self.ended_reason = "person" if self.ended_at else ""
        self.last_sign_at = None if by_hand else event.at
        self.place = event.text("place")
        self.side = event.text("side")
        self.scores: dict[str, int | None] = {}
        self.steps: list[StepTaken] = []
        self.questions: dict[str, AskedQuestion] = {}
        self.danger_signs: list[DangerSign] = []
        self.notes: list[Note] = []
        self.false_start = False
        self.deleted = False
        self.edited: dict[str, None] = {}

    def apply(self, event: Event, *, counts: bool = True) -> None:
        """One more event. Kinds that say nothing of the episode's facts only date its last sign of life.

        What was taken back (`counts` false) says nothing of the facts either.
        """
        self.version = event.id
        act = _ACTS.get(event.kind) if counts else None
        if act is not None:
            act(self, event)
        if event.kind not in LATER_KINDS and event.kind != "episode_ended":
            self.last_sign_at = event.at

    def episode(self) -> Episode:
        first, zone = self.first, zone_of(self.first.zone)
        return Episode(
            uuid=self.uuid,
            version=self.version,
            device=first.device,
            started_at=self.started_at,
            ended_at=self.ended_at,
            zone=first.zone,
            night=night_of(self.started_at.astimezone(zone)),
            intent=first.text("intent"),
            value=first.text("value"),
            place=self.place,
            side=self.side,
            pain_before=self.scores.get("pain_before"),
            pain_after=self.scores.get("pain_after"),
            steps=tuple(self.steps),
            questions=tuple(self.questions.values()),
            danger_signs=tuple(self._moved(sign) for sign in self.danger_signs),
            sleep_disturbance=self.scores.get("sleep_disturbance"),
            notes=tuple(self.notes),
            language=first.text("language"),
            app=first.text("app"),
            content=first.text("content"),
            model=first.text("model"),
            ended_reason=self.ended_reason,
            false_start=self.false_start,
            deleted=self.deleted,
            by_hand=self.by_hand,
            edited_fields=tuple(self.edited),
            last_sign_at=self.last_sign_at,
        )

    def _moved(self, sign: DangerSign) -> DangerSign:
        """If a person has moved the cramp, a sign of the same night goes with it; one of a later morning stays."""
        moved_s = 0.0 if self.by_hand else seconds_between(self.first.at, self.started_at)
        if not moved_s or not 0 <= seconds_between(self.first.at, sign.at) <= SAME_NIGHT_S:
            return sign
        return replace(sign, at=later(sign.at, moved_s))

    # --- that night ----------------------------------------------------------------------------------

    def place_set(self, event: Event) -> None:
        self.place = event.text("place") or self.place
        self.side = event.text("side") or self.side

    def step_started(self, event: Event) -> None:
        self.steps.append(StepTaken(event.text("protocol"), event.text("rung"), "", event.at))

    def step_ended(self, event: Event) -> None:
        protocol, rung, outcome = event.text("protocol"), event.text("rung"), event.text("outcome")
        for index in range(len(self.steps) - 1, -1, -1):
            step = self.steps[index]
            if (step.protocol, step.rung) == (protocol, rung) and step.ended_at is None:
                self.steps[index] = replace(step, outcome=outcome, ended_at=event.at)
                return
        self.steps.append(StepTaken(protocol, rung, outcome, event.at, event.at))

    def question_asked(self, event: Event) -> None:
        self._ask(AskedQuestion(event.text("question"), "not_answered", at=event.at))

    def question_answered(self, event: Event) -> None:
        self._ask(AskedQuestion(event.text("question"), "answered", event.text("answer"), event.at))

    def danger_sign(self, event: Event) -> None:
        sign = DangerSign(event.text("sign"), event.text("advice"), event.text("number"), event.at)
        self.danger_signs.append(sign)

    def advice_repeated(self, event: Event) -> None:
        self._signs(event.text("sign"), lambda sign: replace(sign, repeated=sign.repeated + 1))

    def advice_acknowledged(self, event: Event) -> None:
        self._signs(event.text("sign"), lambda sign: replace(sign, acknowledged=True))

    def pain(self, event: Event) -> None:
        when = "pain_after" if event.text("when") == "after" else "pain_before"
        self.scores[when] = _score(event.text("score"))

    def marked_false_start(self, _: Event) -> None:
        self.false_start = True

    def episode_ended(self, event: Event) -> None:
        """An interruption is written at the next start; the last sign of life is all that is known of the end."""
        self.ended_reason = event.text("reason")
        interrupted = self.ended_reason == "interrupted"
        self.ended_at = (self.last_sign_at or self.started_at) if interrupted else event.at
        self.false_start = self.false_start or self.ended_reason == "false_start"

    # --- afterwards ----------------------------------------------------------------------------------

    def morning_answer(self, event: Event) -> None:
        name, answer = event.text("question"), event.text("answer")
        state: AnswerState = "answered" if answer else "not_answered"
        question = AskedQuestion(name, state, answer, event.at, in_the_morning=True)
        if name == FOLLOWED or name.startswith(f"{FOLLOWED}:"):
            self._signs(name.partition(":")[2], lambda sign: replace(sign, followed=question))
        self._ask(question)
        if name in ANSWER_FIELDS and answer:
            self.scores[ANSWER_FIELDS[name]] = _score(answer)

    def edited_by_person(self, event: Event) -> None:
        name, value = event.text("field"), event.text("value")
        kind, _, which = name.partition(":")
        if kind == "note":
            changed = [
                replace(n, text=value, by=event.text("by")) if n.uuid == which else n for n in self.notes
            ]
            self.notes = [note for note in changed if note.text]
        elif kind == "question":
            state: AnswerState = "answered" if value else "not_answered"
            self._put(AskedQuestion(which, state, value, event.at))
        elif name in EDITABLE:
            self._set(name, value)
            self.edited[name] = None

    def annotated(self, event: Event) -> None:
        self.notes.append(Note(event.uuid, event.text("text"), event.text("by"), event.at))

    def taken_away(self, _: Event) -> None:
        self.deleted = True

    def restored(self, _: Event) -> None:
        self.deleted = False

    # --- within --------------------------------------------------------------------------------------

    def _ask(self, question: AskedQuestion) -> None:
        """A later word on a question replaces an earlier one, but silence never takes an answer away."""
        before = self.questions.get(question.question)
        if before is None or before.state != "answered" or question.state == "answered":
            self._put(question)

    def _put(self, question: AskedQuestion) -> None:
        self.questions.pop(question.question, None)
        self.questions[question.question] = question

    def _signs(self, name: str, change: Callable[[DangerSign], DangerSign]) -> None:
        """`name` "" means all of them."""
        self.danger_signs = [change(sign) if name in ("", sign.sign) else sign for sign in self.danger_signs]

    def _set(self, name: str, value: str) -> None:
        match name:
            case "place":
                self.place = value
            case "side":
                self.side = value
            case "started_at":
                self.started_at = _moment(value, self.first.zone) or self.started_at
            case "ended_at":
                self.ended_at = _moment(value, self.first.zone)
                self.ended_reason = self.ended_reason or "person"
            case "false_start":
                self.false_start = value.lower() in ("true", "1", "yes")
            case _:
                self.scores[name] = _score(value)


_ACTS: Mapping[str, Callable[[_Draft, Event], None]] = {
    "place_set": _Draft.place_set,
    "step_started": _Draft.step_started,
    "step_ended": _Draft.step_ended,
    "question_asked": _Draft.question_asked,
    "question_unanswered": _Draft.question_asked,
    "question_answered": _Draft.question_answered,
    "danger_sign": _Draft.danger_sign,
    "advice_repeated": _Draft.advice_repeated,
    "advice_acknowledged": _Draft.advice_acknowledged,
    "pain": _Draft.pain,
    "marked_false_start": _Draft.marked_false_start,
    "episode_ended": _Draft.episode_ended,
    "morning_answer": _Draft.morning_answer,
    "edited": _Draft.edited_by_person,
    "annotated": _Draft.annotated,
    "deleted": _Draft.taken_away,
    "restored": _Draft.restored,
}


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
