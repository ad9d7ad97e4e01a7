"""Episode: what is known of one cramp. `skill.journal.fold` makes it of the events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from skill.events import JsonValue
from skill.journal.times import seconds_between
from skill.messages.message import Message

AnswerState = Literal["answered", "not_answered", "not_asked"]

FOLD_VERSION = 2
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
    boot: str = ""  # which start of the machine; "" where it isn't known (rows of 0.1, rows of a page)
    since_boot_s: float | None = None  # seconds since that start: what `at` is checked against

    def text(self, name: str) -> str:
        """Field `name` as text; "" when it isn't there."""
        value = self.data.get(name)
        return "" if value is None else str(value)

    @property
    def sentence(self) -> str:
        """What a person was told, as a message where the row holds one that this program knows."""
        with suppress(ValueError, LookupError, TypeError, AttributeError):
            return Message.from_json(json.loads(self.text("message")))
        return self.text("sentence")


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One exercise of a protocol. `outcome` is "" while it isn't known."""

    protocol: str
    rung: str
    outcome: str  # better | same | worse | stopped | unanswered | ""
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AskedQuestion:
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
    followed: AskedQuestion = AskedQuestion("advice_followed", "not_asked")


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
    steps: tuple[StepTaken, ...] = ()
    questions: tuple[AskedQuestion, ...] = ()
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
        """Nothing has ended it yet. What was written in afterwards is over, whether or not its end is known."""
        return self.ended_at is None and not self.by_hand

    @property
    def duration_s(self) -> float | None:
        """Seconds from when the person said so until it ended; None where that isn't known."""
        if self.ended_at is None or self.interrupted:
            return None
        duration_s = seconds_between(self.started_at, self.ended_at)
        return duration_s if duration_s >= 0 else None  # the clock was set in between

    def question(self, name: str) -> AskedQuestion:
        """What became of question `name`; `not_asked` where it never came up."""
        return next((q for q in self.questions if q.question == name), AskedQuestion(name, "not_asked"))


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


LATER_KINDS = frozenset(
    {
        "edited",
        "annotated",
        "withdrawn",
        "deleted",
        "restored",
        "added_by_hand",
        "morning_answer",
        "clock_corrected",
    }
)
"""What is added afterwards; it says nothing of how long the night's conversation went on."""
