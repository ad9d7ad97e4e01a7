"""What an answer leads to, by the question tables of the voice: the next question, or advice about a danger sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skill.content.script import Script
from skill.events import Intent
from skill.journal.episode import Event
from skill.journal.fold import withdrawn

ANSWERING = ("morning_answer", "question_answered")


@dataclass(frozen=True, slots=True)
class Advice:
    """A danger sign as it is written down."""

    sign: str
    keys: tuple[str, ...]  # of the sentences
    number: str  # 113 | 116117 | fastlege | foden | ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where one answer leads: at most one of the two."""

    ask: str = ""
    advice: Advice | None = None


def outcome(script: Script | None, question: str, answer: str, capabilities: Mapping[str, bool]) -> Outcome:
    """`answer`: yes | no | unsure. Nothing follows from a question that the tables don't know."""
    asked = script.questions.get(question) if script else None
    if script is None or asked is None or not answer:
        return Outcome()
    verb, _, name = asked.outcome(Intent(answer)).partition(":")
    if verb == "ask":
        return Outcome(ask=name)
    if verb != "danger" or name not in script.dangers:
        return Outcome()
    danger = script.dangers[name]
    for capability, other in danger.instead.items():
        if capabilities.get(capability):
            danger = script.dangers[other]
    return Outcome(advice=Advice(danger.sign or asked.sign, danger.say, danger.number))


def answers_to(events: Sequence[Event], question: str) -> tuple[Event, ...]:
    """The rows that answer `question` and still count, also a correction of it."""
    gone = withdrawn(events)
    return tuple(
        event
        for event in events
        if event.uuid not in gone
        and (
            (event.kind in ANSWERING and event.text("question") == question)
            or (event.kind == "edited" and event.text("field") == f"question:{question}")
        )
    )


def signs_of(events: Sequence[Event], question: str, sign: str = "") -> tuple[Event, ...]:
    """The danger signs that an answer to `question` led to and that still count.

    A page writes the question beside the sign. The voice writes the sign right after the answer. Pages before
    version 0.2 wrote it after all answers of the form: there it is known by `sign`, that of the question.
    """
    gone = withdrawn(events)
    found: list[Event] = []
    follows = answered_later = False
    for event in events:
        if event.kind in (*ANSWERING, "question_asked"):
            follows = event.kind in ANSWERING and event.text("question") == question
            answered_later = answered_later or (follows and event.kind == "morning_answer")
        elif event.kind == "danger_sign" and event.uuid not in gone:
            of = event.text("question")
            unnamed = not of and (follows or (answered_later and bool(sign) and event.text("sign") == sign))
            if of == question or unnamed:
                found.append(event)
    return tuple(found)
