"""A night in virtual time: a person speaks, the dialogue answers, timers run; nothing but the real `step`."""

from __future__ import annotations

from dataclasses import dataclass, field

from skill.content.script import Script
from skill.dialogue.capabilities import Capabilities
from skill.dialogue.machine import step
from skill.dialogue.state import State, initial
from skill.events import (
    Adjust,
    CancelTimer,
    DialogueEvent,
    Effect,
    Heard,
    Intent,
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

SECONDS_A_WORD = 0.5  # 120 words a minute


def intent(written: str) -> Intent:
    name, _, value = written.partition(":")
    return Intent(name, value)


@dataclass
class Night:
    """Drives the dialogue and remembers what was said, when, and what was written down."""

    script: Script
    able: Capabilities = field(default_factory=Capabilities)
    state: State = field(default_factory=initial)
    now_s: float = 0.0
    grammar: str = "idle"
    said: list[tuple[float, tuple[str, ...]]] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    softer_db: list[float] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    adjusted: list[str] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    _timers: dict[str, float] = field(default_factory=dict)
    _sound: tuple[int, float] | None = None  # what is being said, and when it ends

    # --- what the person does ---

    def hears(self, written: str, phrase: str = "…") -> Night:
        """The recogniser understood `written`, e.g. "cramp:calf"."""
        self.log.append(f"{self.now_s:6.1f}  person  {written}")
        return self._give(Heard(intent(written), phrase, self.grammar, self.now_s))

    def mumbles(self) -> Night:
        self.log.append(f"{self.now_s:6.1f}  person  …?")
        return self._give(Unclear(self.now_s, 0.6))

    def begins_to_speak(self) -> Night:
        return self._give(SpeechBegan(self.now_s))

    def asks_for(self, what: str) -> Night:
        """The clock does, for the person."""
        return self._give(Requested(what, self.now_s, by_clock=True))

    # --- time ---

    def wait(self, seconds: float) -> Night:
        """Let time pass: prompts end, timers fire, in order."""
        until_s = self.now_s + seconds
        while (due := self._next()) is not None and due[0] <= until_s:
            self._advance(*due)
        self.now_s = until_s
        return self

    def until_it_listens(self) -> Night:
        """Until the sentence that is being said has ended."""
        while self._sound:
            self._advance(*self._next_or_fail())
        return self

    def until_asked(self, question: str) -> Night:
        """Until `question` has been asked to its end."""
        for _ in range(200):
            if self.said and self.said[-1][1][-1] == f"ask.{question}" and not self._sound:
                return self
            self._advance(*self._next_or_fail())
        raise AssertionError(f"{question} was never asked:\n{self}")

    def until_said(self, count: int) -> Night:
        """Until `count` sentences have been begun since the start."""
        while len(self.said) < count:
            self._advance(*self._next_or_fail())
        return self

    @property
    def spoken(self) -> list[tuple[float, tuple[str, ...]]]:
        """What was said, without the calm words while something is held."""
        return [row for row in self.said if not row[1][0].startswith("company_")]

    def until_spoken(self, count: int) -> Night:
        """Until `count` sentences beside the calm words have been begun."""
        while len(self.spoken) < count:
            self._advance(*self._next_or_fail())
        return self

    def until_quiet(self) -> Night:
        """Until nothing more will happen by itself."""
        for _ in range(1000):
            due = self._next()
            if due is None:
                return self
            self._advance(*due)
        raise AssertionError(f"it never becomes quiet:\n{self}")

    # --- what it did ---

    @property
    def keys(self) -> list[str]:
        """Every text key spoken, in order."""
        return [key for _, keys in self.said for key in keys]

    @property
    def speaking(self) -> bool:
        return self._sound is not None

    def seconds(self, keys: tuple[str, ...]) -> float:
        """How long these texts are said."""
        return sum(len(self.script.text(key).split()) for key in keys) * SECONDS_A_WORD

    @property
    def texts(self) -> list[str]:
        return [self.script.text(key) for key in self.keys]

    def recorded(self, kind: str) -> list[dict[str, object]]:
        return [dict(r.data) for r in self.records if r.kind == kind]

    def __str__(self) -> str:
        return "\n".join(self.log)

    # --- machinery ---

    def _next(self) -> tuple[float, DialogueEvent] | None:
        due: list[tuple[float, int, DialogueEvent]] = [
            (at_s, 1, TimerFired(name, at_s)) for name, at_s in self._timers.items()
        ]
        if self._sound:
            due.append((self._sound[1], 0, Spoken(self._sound[0], True, self._sound[1])))
        if not due:
            return None
        at_s, _, event = min(due, key=lambda d: d[:2])
        return at_s, event

    def _next_or_fail(self) -> tuple[float, DialogueEvent]:
        due = self._next()
        assert due is not None, f"nothing more happens:\n{self}"
        return due

    def _advance(self, at_s: float, event: DialogueEvent) -> None:
        self.now_s = max(self.now_s, at_s)
        if isinstance(event, TimerFired):
            del self._timers[event.timer]
        else:
            self._sound = None
        self._give(event)

    def _give(self, event: DialogueEvent) -> Night:
        self.state, effects = step(self.state, event, self.script, self.able)
        self.effects = list(effects)
        for effect in effects:
            self._carry_out(effect)
        return self

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Say(say_id, keys, _, style):
                self._sound = (say_id, self.now_s + self.seconds(keys))
                self.said.append((self.now_s, keys))
                self.styles.append(style)
                self.softer_db.append(effect.softer_db)
                self.log.append(f"{self.now_s:6.1f}  device  {' '.join(keys)}")
            case StopSpeaking():
                self._sound = None
                self.log.append(f"{self.now_s:6.1f}  device  (silence)")
            case Listen(grammar):
                self.grammar = grammar
            case StartTimer(timer, after_s):
                self._timers[timer] = self.now_s + after_s
            case CancelTimer(timer):
                self._timers.pop(timer, None)
            case Adjust(what):
                self.adjusted.append(what)
            case Record():
                self.records.append(effect)
