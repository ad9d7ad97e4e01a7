"""A conversation without sound, in virtual time: what is typed goes through the real phrases and the real dialogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from skill.content.breath import Skipped, near, understand
from skill.content.phrases import Phrase, PhraseBook
from skill.content.script import Script
from skill.dialogue.capabilities import Capabilities
from skill.dialogue.machine import step
from skill.dialogue.state import State, initial
from skill.events import (
    CancelTimer,
    DialogueEvent,
    Effect,
    Heard,
    Listen,
    Record,
    Requested,
    Say,
    SpeechBegan,
    Spoken,
    StartTimer,
    StopSpeaking,
    TimerFired,
    Unclear,
)
from skill.journal.times import quarter_of
from skill.speaking.cache import SENTENCE_PAUSE_S

Who = Literal["person", "krampevakt", "journal"]
AT_MOST_S = 3600.0  # after the last line; every conversation is quiet long before
BREATH_S = 0.6
BEGAN = datetime(2026, 1, 2, 3, tzinfo=UTC)
"""Every rehearsal begins at three in the night."""


@dataclass(frozen=True, slots=True)
class SpokenRow:
    """One thing that was said or written down. `grammar`: the class that was live; `near`: live phrases like it."""

    at_s: float
    who: Who
    text: str
    grammar: str = ""
    meaning: str = ""
    near: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One line of a script: «.» is silence, and what stands in brackets is a sound that is no word."""

    at_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Product:
    """What is rehearsed. `lasts_s`: text key → how long its sound is; by its words where nobody measured it."""

    script: Script
    book: PhraseBook
    skipped: Skipped
    able: Capabilities
    words_a_minute: float = 120.0
    lasts_s: Mapping[str, float] = field(default_factory=dict)

    def seconds(self, keys: Sequence[str]) -> float:
        """How long these texts take to say, one after the other."""
        measured = [self.lasts_s.get(key) for key in keys]
        known = [each for each in measured if each is not None]
        if len(known) == len(keys):
            return sum(known) + SENTENCE_PAUSE_S * max(len(known) - 1, 0)
        words = sum(len(self.script.text(key).split()) for key in keys)
        return words * 60.0 / self.words_a_minute


@dataclass
class Rehearsal:
    """Drives the dialogue as the service does, with a clock that jumps from one event to the next."""

    product: Product
    state: State = field(default_factory=initial)
    now_s: float = 0.0
    rows: list[SpokenRow] = field(default_factory=list)
    grammar: str = "idle"
    _timers: dict[str, float] = field(default_factory=dict)
    _sound: tuple[int, float] | None = None  # number of what is being said, and when it ends

    @property
    def live(self) -> str:
        """The grammar class that can be heard now."""
        return self.state.live if self._sound else self.grammar

    @property
    def quiet(self) -> bool:
        """Nothing more happens by itself."""
        return self._next() is None

    def say(self, text: str) -> SpokenRow:
        """The person says something now, or makes a sound; what only an ended sentence lets in is said again then."""
        text = text.strip()
        if text in ("", "."):
            return SpokenRow(self.now_s, "person", ".", self.live)
        if text.startswith("(") and text.endswith(")"):
            return self._sound_without_words(text)
        phrase = self._understood(text, self.live)
        if phrase is None and self._sound and self._understood(text, self.grammar) is not None:
            self.until_silence()
            phrase = self._understood(text, self.live)
        return self._heard(text, phrase)

    def asks_for(self, what: str) -> None:
        """A routine begins without a word: "evening" or "morning"."""
        self._give(Requested(what, self.now_s))

    def wait(self, until_s: float) -> None:
        """Let time pass: sentences end and timers fire, in order."""
        while (due := self._next()) is not None and due[0] <= until_s:
            self._advance(*due)
        self.now_s = max(self.now_s, until_s)

    def until_silence(self) -> None:
        """Until the sentence that is being said has ended."""
        while self._sound and (due := self._next()) is not None:
            self._advance(*due)

    def until_next_word(self) -> None:
        """Until it has said something more, or all is quiet."""
        said = len([row for row in self.rows if row.who == "krampevakt"])
        while (due := self._next()) is not None:
            self._advance(*due)
            if len([row for row in self.rows if row.who == "krampevakt"]) > said:
                self.until_silence()
                return

    def until_quiet(self) -> None:
        """Until nothing more happens by itself."""
        last_s = self.now_s + AT_MOST_S
        while (due := self._next()) is not None and due[0] <= last_s:
            self._advance(*due)

    def _understood(self, text: str, grammar: str) -> Phrase | None:
        return understand(text, self.product.book, grammar, self.product.skipped)

    def _sound_without_words(self, text: str) -> SpokenRow:
        row = SpokenRow(self.now_s, "person", text, self.live)
        self.rows.append(row)
        inside = text[1:-1].strip()
        phrase = self._understood(inside, self.live) if self.state.scene == "idle" else None
        self._begins_to_speak()
        if phrase is not None and phrase.intent.name == "groan":
            self._give(Heard(phrase.intent, phrase.text, self.live, self.now_s))
        else:
            self._give(Unclear(self.now_s, BREATH_S))
        return row

    def _heard(self, text: str, phrase: Phrase | None) -> SpokenRow:
        grammar = self.live
        if phrase is None:
            product = self.product
            row = SpokenRow(
                self.now_s, "person", text, grammar, near=near(text, product.book, grammar, product.skipped)
            )
            event: DialogueEvent = Unclear(self.now_s, BREATH_S)
        else:
            intent = phrase.intent
            meaning = f"{intent.name}:{intent.value}" if intent.value else intent.name
            row = SpokenRow(self.now_s, "person", text, grammar, meaning)
            event = Heard(intent, phrase.text, grammar, self.now_s)
        self.rows.append(row)
        self._begins_to_speak()
        self._give(event)
        return row

    def _begins_to_speak(self) -> None:
        """Over our own voice nobody is known to speak until they are understood."""
        if not self._sound:
            self._give(SpeechBegan(self.now_s))

    def _next(self) -> tuple[float, DialogueEvent] | None:
        due: list[tuple[float, DialogueEvent]] = [
            (at_s, TimerFired(timer, at_s)) for timer, at_s in self._timers.items()
        ]
        if self._sound:
            say_id, at_s = self._sound
            due.append((at_s, Spoken(say_id, True, at_s)))
        return min(due, key=lambda found: found[0], default=None)

    def _advance(self, at_s: float, event: DialogueEvent) -> None:
        self.now_s = max(self.now_s, at_s)
        if isinstance(event, TimerFired):
            del self._timers[event.timer]
        else:
            self._sound = None
        self._give(event)

    def _give(self, event: DialogueEvent) -> None:
        product = self.product
        able = replace(product.able, quarter=quarter_of(BEGAN + timedelta(seconds=self.now_s), UTC))
        self.state, effects = step(self.state, event, product.script, able)
        for effect in effects:
            self._carry_out(effect)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Say(say_id, keys, _, _):
                text = " ".join(self.product.script.text(key) for key in keys)
                self._sound = (say_id, self.now_s + self.product.seconds(keys))
                self.rows.append(SpokenRow(self.now_s, "krampevakt", text, effect.live, keys=keys))
            case StopSpeaking():
                self._sound = None
            case Listen(grammar):
                self.grammar = grammar
            case StartTimer(timer, after_s):
                self._timers[timer] = self.now_s + after_s
            case CancelTimer(timer):
                self._timers.pop(timer, None)
            case Record(kind, data) if kind not in ("said", "heard"):
                written = " ".join(f"{name}={value}" for name, value in data.items() if value != "")
                self.rows.append(SpokenRow(self.now_s, "journal", f"{kind} {written}".strip()))
            case _:
                pass


def rehearse_lines(rehearsal: Rehearsal, lines: Sequence[ScriptLine]) -> list[SpokenRow]:
    """All lines at their times, and then until nothing more happens; the rows of both sides in order of time."""
    for line in lines:
        rehearsal.wait(line.at_s)
        rehearsal.say(line.text)
    rehearsal.until_quiet()
    return rehearsal.rows
