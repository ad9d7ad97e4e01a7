"""One episode as a time line: events → lines of text. Pure; the words come from the page texts and the script."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from skill.journal.episode import EDITABLE, LATER_KINDS, Episode, Event
from skill.journal.fold import fold, withdrawn


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
    night = [event for event in events if event.kind not in LATER_KINDS]
    spoken = {key for event in night if event.kind == "said" for key in event.text("keys").split()}
    return tuple(
        line
        for event in night
        # the question's own sentence stands there already, as the voice said it
        if not (event.kind == "question_asked" and f"ask.{event.text('question')}" in spoken)
        for line in _line(event, words)
    )


def _line(event: Event, w: Words) -> tuple[Line, ...]:
    def line(kind: str, who: str, what: str) -> tuple[Line, ...]:
        return (Line(event.at, kind, w.t(f"timeline.{who}") if who else "", what),)

    text = event.text
    match event.kind:
        case "episode_started":
            where = place_and_side(text("place"), text("side"), w)
            return line("heard", "you", w.t("timeline.started") + (f" ({where})" if where else ""))
        case "heard":
            return line("heard", "you", _heard(event, w))
        case "said":
            return line("said", "voice", " ".join(w.spoken(key) for key in text("keys").split()))
        case "place_set":
            return line(
                "step", "", w.t("timeline.place", place=place_and_side(text("place"), text("side"), w))
            )
        case "step_started":
            return line("step", "", w.t("timeline.step", step=step_name(text("protocol"), text("rung"), w)))
        case "step_ended":
            outcome = w.term("outcome", text("outcome"))
            return line("step", "", w.t("timeline.step_ended", outcome=outcome))
        case "question_asked":
            return line("asked", "", w.t("timeline.asked", question=w.question(text("question"))))
        case "question_answered":
            return line("heard", "you", w.t("timeline.answered", answer=answer_line(text("answer"), w)))
        case "question_unanswered":
            return line("asked", "", w.t("timeline.unanswered", question=w.question(text("question"))))
        case "danger_sign":
            advice = advice_given(text("advice"), text("number"), w)
            return line(
                "danger", "", w.t("timeline.danger", sign=w.term("sign", text("sign")), advice=advice)
            )
        case "advice_repeated":
            return line("danger", "", w.t("timeline.advice_repeated"))
        case "advice_acknowledged":
            return line("heard", "you", w.t("timeline.advice_acknowledged"))
        case "pain":
            key = "timeline.pain_after" if text("when") == "after" else "timeline.pain_before"
            return line("step", "", w.t(key, score=text("score")))
        case "marked_false_start":
            return line("step", "", w.t("timeline.false_start"))
        case "episode_ended":
            return line("step", "", w.t("timeline.ended", reason=w.term("reason", text("reason"))))
        case _:
            return ()


def _heard(event: Event, w: Words) -> str:
    phrase = event.text("phrase")
    if phrase:
        return f"«{phrase}»"
    value = event.text("value")
    meaning = w.term("intent", event.text("intent"))
    return w.t("timeline.understood", meaning=f"{meaning} ({w.term('value', value)})" if value else meaning)


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
