"""What one conversation is made of, in one language: `Script`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skill.content.dangers import Cue, Danger
from skill.content.limits import Limits
from skill.content.questions import Question
from skill.content.steps import Protocol, Routine
from skill.content.texts import Text

TONES = ("tone.breathing", "tone.here")
"""Keys of sounds that can be played in place of calm words while a stretch is held (skill.speaking.tones)."""
NOTE = "♪"


@dataclass(frozen=True, slots=True)
class Script:
    """One language's texts, and the steps, questions and danger signs that all languages share."""

    language: str
    limits: Limits
    texts: Mapping[str, str]  # key → what is spoken
    sources: Mapping[str, Text]  # key → all three languages with source and date
    questions: Mapping[str, Question]
    dangers: Mapping[str, Danger]
    cues: Mapping[str, Cue]
    protocols: Mapping[str, Protocol]
    routines: Mapping[str, Routine]

    def text(self, key: str) -> str:
        """What is spoken for `key`, a note for a tone; raises KeyError when there is no such text."""
        return NOTE if key in TONES else self.texts[key]

    @property
    def company(self) -> tuple[str, ...]:
        """Keys of what is said now and then while a stretch is held, in turn."""
        return tuple(key for key in self.texts if key.startswith("company_"))

    def protocol_for(self, place: str) -> Protocol:
        """The ladder for a place; the one for an unknown place when nothing serves it."""
        for protocol in self.protocols.values():
            if place in protocol.serves:
                return protocol
        return self.protocol_for("") if place else self.protocols["calf"]
