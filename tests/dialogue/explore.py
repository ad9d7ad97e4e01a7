"""Every reachable state of the dialogue, found breadth first.

Time is not in the state, only the names of the timers that run, and each of them may fire next: so every
order in which a night can go is covered, also ones that a real clock would never produce. `say_id` only
tells one prompt from the next (an event of another prompt is ignored), so states that differ in it alone
are the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from skill.content.script import Script
from skill.dialogue.capabilities import Capabilities
from skill.dialogue.machine import step
from skill.dialogue.state import State, changed, initial
from skill.events import (
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
    TimerFired,
    Unclear,
)

Step = Callable[[State, DialogueEvent, Script, Capabilities], tuple[State, tuple[Effect, ...]]]


class Transition:
    """One step: from a state, through an event, to a state, doing something; sorted out once for all rules."""

    __slots__ = ("after", "before", "effects", "event", "keys", "records", "says", "word")

    def __init__(
        self, before: State, event: DialogueEvent, after: State, effects: tuple[Effect, ...]
    ) -> None:
        self.before, self.event, self.after, self.effects = before, event, after, effects
        self.says = [e for e in effects if e.__class__ is Say]
        self.keys = [key for say in self.says for key in say.keys]
        self.records = [e for e in effects if e.__class__ is Record]
        self.word = event.word if isinstance(event, Word) else ""

    def recorded(self, kind: str) -> list[Record]:
        return [record for record in self.records if record.kind == kind] if self.records else []


@dataclass(frozen=True)
class Word(Heard):
    """Something heard, with its meaning also as it is written in the phrase files: "name:value" or "name"."""

    word: str = ""


def heard(written: str) -> Word:
    name, _, value = written.partition(":")
    return Word(Intent(name, value), "", "", 0.0, word=written)


@dataclass(frozen=True, slots=True)
class Ears:
    """Which words can be heard in each grammar class; with `everywhere`, any word at any time."""

    by_grammar: Mapping[str, tuple[Heard, ...]]
    everywhere: tuple[Heard, ...] = ()
    requests: tuple[Requested, ...] = ()  # conversations that begin without a word

    def words(self, state: State, grammar: str) -> tuple[Heard, ...]:
        return self.everywhere or self.by_grammar[state.live if state.speaking else grammar]


def possible(state: State, words: Iterable[Heard]) -> Iterator[DialogueEvent]:
    """Everything that can happen in `state`: a word, noise, the end of the sound, a timer."""
    yield from words
    yield Unclear(0.0, 0.5)
    yield SpeechBegan(0.0)
    if state.speaking:
        yield Spoken(state.say_id, True, 0.0)
        yield Spoken(state.say_id, False, 0.0)
    for timer in sorted(state.timers):
        yield TimerFired(timer, 0.0)


def forgetful(state: State, start: State) -> State:
    """What was learned in the walk makes no other state: walks of their own begin with something remembered."""
    learned = ("remembered", "facts", "chest_asked", "breath_asked")
    return changed(state, {"say_id": 0, **{name: getattr(start, name) for name in learned}})


@dataclass(frozen=True)
class Trip:
    """Where a walk begins, how it goes on, and after how many states it is enough (None: when all were seen)."""

    start: State = field(default_factory=initial)
    step: Step = step
    at_most: int | None = None


def explore(
    script: Script, able: Capabilities, ears: Ears, watch: Callable[[Transition], None], trip: Trip
) -> tuple[int, int]:
    """Visit everything reachable from its start, showing each transition to `watch`: (states, transitions)."""
    first = (trip.start, "idle")
    seen, frontier, transitions = {first}, [first], 0
    while frontier and (trip.at_most is None or len(seen) < trip.at_most):
        following: list[tuple[State, str]] = []
        for state, grammar in frontier:
            requests = ears.requests if state.scene == "idle" else ()
            for event in (*possible(state, ears.words(state, grammar)), *requests):
                after, effects = trip.step(state, event, script, able)
                transitions += 1
                watch(Transition(state, event, after, effects))
                if after is state:
                    continue
                listened = [effect.grammar for effect in effects if isinstance(effect, Listen)]
                node = (forgetful(after, first[0]), listened[-1] if listened else grammar)
                if node not in seen:
                    seen.add(node)
                    following.append(node)
        frontier = following
    return len(seen), transitions
