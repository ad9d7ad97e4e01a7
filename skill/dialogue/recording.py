"""What an answer writes down, and what is known from it for the rest of the conversation."""

from __future__ import annotations

from skill.content.questions import Question
from skill.dialogue import where
from skill.dialogue.signs import ASK_SWELLING
from skill.dialogue.turn import Turn
from skill.events import Intent


def write_down(turn: Turn, question: Question, intent: Intent) -> None:
    """The answer as a row of the journal, and what later questions depend on."""
    plain = {"": intent.name, "clear": intent.name, "weak": intent.name, "little": "a_little"}
    said = plain.get(intent.value, intent.value)
    part = where.routine(turn)
    if question.records.startswith("trigger:"):
        _write_down_trigger(turn, question.records.partition(":")[2], said)
    elif question.records:
        turn.record(question.records, question=question.id, answer=said)
    elif part and part.kind == "morning":
        turn.record("morning_answer", question=question.id, answer=said)
    else:
        turn.record("question_answered", question=question.id, answer=said)
    if question.sets == ASK_SWELLING:
        turn.set(swollen={"no": "no", "unsure": "open"}.get(said, "yes"))
    if question.sets == "unhurt_head":
        turn.set(unhurt="head" if said == "no" else "")
    elif question.sets == "unhurt_hip":
        turn.set(unhurt="all" if said == "no" and turn.state.unhurt else "")


def _write_down_trigger(turn: Turn, trigger: str, said: str) -> None:
    """All that was said so far about the day before, as one answer: the last one written stands."""
    found = turn.state.triggers | ({trigger} if said == "yes" else set())
    turn.set(triggers=frozenset(found))
    turn.record("morning_answer", question="triggers", answer=" ".join(sorted(found)) or "nothing")


def take_place(turn: Turn, intent: Intent) -> None:
    """An answer that also says where the cramp is."""
    if intent.name in ("place", "cramp", "confirm_cramp") and intent.value:
        turn.set(place=where.settled(turn, intent.value))
