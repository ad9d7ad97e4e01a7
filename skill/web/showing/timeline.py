"""One episode as a time line: events → lines of text. Pure; the words come from the page texts and the script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from skill.journal.episode import EDITABLE, LATER_KINDS, Episode, Event
from skill.journal.fold import fold, withdrawn
from skill.journal.set_clock import on_set_clock


@dataclass(frozen=True, slots=True)
class Words:
    """How codes become words in the page's language."""

    t: Callable[..., str]  # page text
    term: Callable[[str, str], str]  # (group, code) → name
    spoken: Callable[[str], str]  # key of a spoken text → the sentence
    question: Callable[[str], str]  # name of a question → how it is asked
    day_and_time: Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the night."""

    at: datetime
    kind: str  # heard | said | step | asked | danger | note: how it is drawn
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Change:
    """One later change, and what it takes to undo it. A change without a field is undone by withdrawing its row."""

    at: datetime
    what: str
    event: str = ""  # uuid of the event
    field: str = ""
    before: str = ""
    taken_back: bool = False


def lines(events: Iterable[Event], words: Words) -> tuple[Line, ...]:
    """The night itself, in order."""
    night = [event for event in on_set_clock(events) if event.kind not in LATER_KINDS]
    spoken = {key for event in night if event.kind == "said" for key in event.text("keys").split()}
    return tuple(
        line
        for event in night
        # the question's own sentence stands there already, as the voice said it
        if not (event.kind == "question_asked" and f"ask.{event.text('question')}" in spoken)
        for line in _line(event, words)
    )


def _line(event: Event, w: Words) -> tuple[Line, ...]:
    shown = _SHOWN.get(event.kind)
    if shown is None:
        return ()
    kind, who, what = shown
    return (Line(event.at, kind, w.t(f"timeline.{who}") if who else "", what(event, w)),)


def _started(event: Event, w: Words) -> str:
    where = place_and_side(event.text("place"), event.text("side"), w)
    return w.t("timeline.started") + (f" ({where})" if where else "")


def _place(event: Event, w: Words) -> str:
    return w.t("timeline.place", place=place_and_side(event.text("place"), event.text("side"), w))


def _step(event: Event, w: Words) -> str:
    return w.t("timeline.step", step=step_name(event.text("protocol"), event.text("rung"), w))


def _danger(event: Event, w: Words) -> str:
    advice = advice_given(event.text("advice"), event.text("number"), w)
    return w.t("timeline.danger", sign=w.term("sign", event.text("sign")), advice=advice)


def _pain(event: Event, w: Words) -> str:
    key = "timeline.pain_after" if event.text("when") == "after" else "timeline.pain_before"
    return w.t(key, score=event.text("score"))


def _heard(event: Event, w: Words) -> str:
    phrase = event.text("phrase")
    if phrase:
        return f"«{phrase}»"
    value = event.text("value")
    meaning = w.term("intent", event.text("intent"))
    return w.t("timeline.understood", meaning=f"{meaning} ({w.term('value', value)})" if value else meaning)


_SHOWN: Mapping[str, tuple[str, str, Callable[[Event, Words], str]]] = {
    "episode_started": ("heard", "you", _started),
    "heard": ("heard", "you", _heard),
    "said": ("said", "voice", lambda e, w: " ".join(w.spoken(key) for key in e.text("keys").split())),
    "place_set": ("step", "", _place),
    "step_started": ("step", "", _step),
    "step_ended": (
        "step", "", lambda e, w: w.t("timeline.step_ended", outcome=w.term("outcome", e.text("outcome"))),
    ),
    "question_asked": (
        "asked", "", lambda e, w: w.t("timeline.asked", question=w.question(e.text("question"))),
    ),
    "question_answered": (
        "heard", "you", lambda e, w: w.t("timeline.answered", answer=answer_line(e.text("answer"), w)),
    ),
    "question_unanswered": (
        "asked", "", lambda e, w: w.t("timeline.unanswered", question=w.question(e.text("question"))),
    ),
    "danger_sign": ("danger", "", _danger),
    "advice_repeated": ("danger", "", lambda _, w: w.t("timeline.advice_repeated")),
    "advice_acknowledged": ("heard", "you", lambda _, w: w.t("timeline.advice_acknowledged")),
    "pain": ("step", "", _pain),
    "marked_false_start": ("step", "", lambda _, w: w.t("timeline.false_start")),
    "episode_ended": ("step", "", lambda e, w: w.t("timeline.ended", reason=w.term("reason", e.text("reason")))),
}  # fmt: skip
"""Kind of event → how its line is drawn, who acts («timeline.…», or nobody), and what is said of it."""


def changes(events: tuple[Event, ...], words: Words) -> tuple[Change, ...]:
    """What a person wrote later, newest first, with what was there before each edit."""
    gone = withdrawn(events)
    found = [
        replace(
            _change(event, events[:index], words),
            event=event.uuid,
            taken_back=event.uuid in gone or (event.kind == "withdrawn" and not event.text("events")),
        )
        for index, event in enumerate(events)
        if event.kind in LATER_KINDS
    ]
    return tuple(reversed(found))


def _change(event: Event, before: tuple[Event, ...], w: Words) -> Change:
    text = event.text
    match event.kind:
        case "edited":
            field = text("field")
            episode = fold(before)
            old = field_text(episode, field) if episode and field in EDITABLE else ""
            what = w.t(
                "changes.edited",
                field=field_name(field, w),
                before=shown_event(field, old, w),
                after=shown_event(field, text("value"), w),
            )
            return Change(event.at, what, field=field if field in EDITABLE and episode else "", before=old)
        case "annotated":
            return Change(event.at, w.t("changes.annotated"))
        case "morning_answer":
            what = w.t(
                "changes.morning",
                question=w.question(text("question")),
                answer=answer_line(text("answer"), w),
            )
            return Change(event.at, what)
        case "withdrawn":
            return Change(event.at, w.t("changes.withdrawn", what=_taken_back(event, before, w)))
        case _:
            return Change(event.at, w.t(f"changes.{event.kind}"))


def _taken_back(event: Event, before: tuple[Event, ...], w: Words) -> str:
    """What a withdrawal took away, in the words of the lines themselves."""
    wanted = event.text("events").split()
    found = []
    for index, row in enumerate(before):
        if row.uuid not in wanted:
            continue
        if row.kind in LATER_KINDS:
            found.append(_change(row, before[:index], w).what)
        else:
            found += [line.what for line in _line(row, w)]
    return " ".join(found)


def field_text(episode: Episode, field: str) -> str:
    """The present value of an editable field, as it stands in an `edited` event."""
    value = getattr(episode, field)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def field_name(field: str, w: Words) -> str:
    group, _, rest = field.partition(":")
    if group == "question":
        return w.question(rest)
    return w.term("field", group)


def shown_event(field: str, value: str, w: Words) -> str:
    """A field's value as a person reads it."""
    if not value:
        return w.t("form.not_known")
    if field in ("started_at", "ended_at"):
        try:
            return w.day_and_time(datetime.fromisoformat(value))
        except ValueError:
            return value
    if field == "false_start":
        return w.term("yes_no", "no" if value == "true" else "yes")
    if field in ("place", "side"):
        return w.term(field, value)
    return answer_line(value, w) if field.startswith("question:") else value


def answer_line(value: str, w: Words) -> str:
    return w.term("answer", value) if value else w.t("form.not_answered")


def place_and_side(place: str, side: str, w: Words) -> str:
    """ "legg, venstre"; "" when neither is known."""
    return ", ".join([w.term("place", place)] * bool(place) + [w.term("side", side)] * bool(side))


def step_name(protocol: str, rung: str, w: Words) -> str:
    """What the exercise was: the sentence that began it, where the script still has it."""
    key = f"{protocol}.{rung}"
    sentence = w.spoken(key)
    return sentence if sentence != key else f"{protocol} {rung}"


def advice_given(advice: str, number: str, w: Words) -> str:
    """The sentence that was said, else whom it said to call."""
    spoken = " ".join(w.spoken(key) for key in advice.split())
    return spoken if spoken and spoken != advice else w.term("number", number) if number else advice
