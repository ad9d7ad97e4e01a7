"""Nights as the service writes them, for tests that need one of a certain kind."""

from __future__ import annotations

from datetime import datetime, timedelta

from skill.events import JsonValue
from skill.journal.storage.store import Journal
from tests.journal.writing import start_episode

Rows = list[tuple[float, str, dict[str, JsonValue]]]

GOES_WELL: Rows = [
    (1, "heard", {"intent": "cramp", "value": "calf", "phrase": "krampe i leggen", "grammar": "idle"}),
    (1.5, "said", {"keys": "here calf.B1"}),
    (2, "step_started", {"protocol": "calf", "rung": "B1"}),
    (5, "said", {"keys": "calf.B2 calf.B3"}),
    (30, "question_asked", {"question": "better"}),
    (30, "said", {"keys": "ask.better"}),
    (33, "heard", {"intent": "better", "value": "", "phrase": "det er bedre", "grammar": "better"}),
    (33, "question_answered", {"question": "better", "answer": "better"}),
    (33, "step_ended", {"protocol": "calf", "rung": "B1", "outcome": "better"}),
    (60, "question_asked", {"question": "t1_chest"}),
    (68, "question_unanswered", {"question": "t1_chest"}),
    (70, "pain", {"score": 7, "when": "before"}),
    (200, "episode_ended", {"reason": "relieved"}),
]

DANGER: Rows = [
    (5, "step_started", {"protocol": "calf", "rung": "B1"}),
    (40, "question_asked", {"question": "t2"}),
    (44, "question_answered", {"question": "t2", "answer": "yes"}),
    (44, "danger_sign", {"sign": "T2", "advice": "danger.keep_still danger.legevakt", "number": "116117"}),
    (60, "advice_repeated", {"sign": "T2"}),
    (80, "episode_ended", {"reason": "advised"}),
]

SILENT: Rows = [
    (2, "said", {"keys": "here calf.B1"}),
    (90, "episode_ended", {"reason": "silence"}),
]

FALSE_START: Rows = [
    (4, "heard", {"intent": "false_start", "value": "", "phrase": "det var ikke meg", "grammar": "hold"}),
    (4, "marked_false_start", {}),
    (5, "episode_ended", {"reason": "false_start"}),
]


def write(
    journal: Journal, at: datetime, rows: Rows = GOES_WELL, *, place: str = "calf", side: str = "left"
) -> str:
    """One episode that began at `at`; its uuid. The rows' times are seconds after that."""
    uuid = start_episode(
        journal,
        at,
        intent="cramp",
        value=place,
        place=place,
        side=side,
        language="nb",
        app="0.1.0",
        content="2026-11-23",
        model="nb",
    )
    for after_s, kind, data in rows:
        journal.append(kind, data, uuid, at + timedelta(seconds=after_s))
    return uuid
