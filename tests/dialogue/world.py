"""What a night can bring: the shipped script, the words that can be heard, the people it has to suit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache

from skill.content.phrases import PhraseBook, load_phrases
from skill.content.script import Script
from skill.content.script_reading import load_script
from skill.dialogue.capabilities import Capabilities
from skill.dialogue.state import State
from skill.events import Intent, Requested, Spoken, TimerFired
from skill.paths import prompts_dir
from tests.dialogue.explore import Ears, Transition, Trip, explore, forgetful, heard
from tests.dialogue.rules import RULES, Law

NOBODY_SPECIAL = Capabilities()
ABLE = Capabilities(may_stand=True, towel=True, footboard=True)
EXPECTING = Capabilities(may_massage=False, lower_threshold=True, towel=True)
FRAIL = Capabilities(
    helper=True, prosthesis=True, alarm_button=True, phone=True, blood_thinners=True,
    long_breathless=True, long_numbness=True, long_cold_feet=True, medicines=True,
)  # fmt: skip
PEOPLE = {"nobody special": NOBODY_SPECIAL, "able": ABLE, "expecting": EXPECTING, "frail": FRAIL}

ALIKE = {
    **{f"number:{n}": "number:0" for n in range(1, 11)},
    **{f"side:{side}": "side:left" for side in ("right", "both", "one")},
    **{
        f"{word}:{place}_{side}": f"{word}:{place}"
        for word in ("cramp", "place")
        for place in ("calf", "foot", "thigh")
        for side in ("left", "right")
    },
    "place:sole": "place:foot", "place:toes": "place:foot", "cramp:toes": "cramp:foot",
    "confirm_cramp:toes": "confirm_cramp:foot", "place:hip": "place:calf", "place:knee": "place:calf",
    "confirm_cramp:thigh": "confirm_cramp:calf", "confirm_cramp:foot": "confirm_cramp:calf",
    "alarm:face": "alarm:unresponsive", "alarm:speech": "alarm:unresponsive", "alarm:blood": "alarm:unresponsive",
    "cue:red": "cue:swollen", "cue:warm": "cue:swollen", "cue:pale": "cue:cold_foot",
    "cue:vision": "cue:headache", "cue:injured": "cue:ill",
    "compare:more": "compare:same", "seizure_word": "alarm:seizure", "over": "better",
    "slower": "louder", "softer": "louder", "faster": "louder",
}  # fmt: skip
"""Words that the machine treats as it treats another: they lead to the same question, protocol or setting."""


@cache
def script(language: str = "nb") -> Script:
    return load_script(prompts_dir(), language)


@cache
def book(language: str = "nb") -> PhraseBook:
    return load_phrases(prompts_dir(), language)


def written(intent: Intent) -> str:
    return f"{intent.name}:{intent.value}" if intent.value else intent.name


def ears(wanted: Callable[[str], bool], everywhere: bool = False) -> Ears:
    """The words live in each grammar class of the phrase files, those alike once, if `wanted`.

    What can begin without a word counts as the word that begins it: "evening_routine", "good_morning".
    """
    by_grammar = {}
    for grammar in book().grammars:
        words = {written(phrase.intent) for phrase in book().live(grammar)}
        words = {ALIKE.get(word, word) for word in words}
        by_grammar[grammar] = tuple(heard(word) for word in sorted(words) if wanted(word))
    always = {word.intent: word for words in by_grammar.values() for word in words}
    begun = (("evening_routine", "evening"), ("good_morning", "morning"))
    requests = tuple(Requested(what, 0.0, by_clock=True) for word, what in begun if wanted(word))
    return Ears(by_grammar, tuple(always.values()) if everywhere else (), requests)


class _SeenEnough(Exception):
    """A broken rule was found, and one is all that was wanted."""


@dataclass
class Walk:
    """What a walk through all states found."""

    states: int = 0
    transitions: int = 0
    broken: dict[tuple[int, str], Transition] = field(default_factory=dict)
    said: set[tuple[tuple[str, ...], str]] = field(default_factory=set)
    by_itself: dict[State, set[State]] = field(default_factory=dict)

    @property
    def report(self) -> str:
        found = (
            f"rule {n}: {what}\n  {t.before}\n  {t.event}\n  {t.after}"
            for (n, what), t in self.broken.items()
        )
        return "\n".join(found)


def walk(
    able: Capabilities,
    hearing: Ears,
    trip: Trip,
    reviewed: Script | None = None,
    used: Script | None = None,
    until_broken: int | None = None,
) -> Walk:
    """Walk through every state with the script `used`, and hold each step against the rules for `reviewed`.

    `until_broken`: the number of the one rule that is looked at, until it is seen to be broken.
    """
    law = Law(reviewed or script(), able, book(), trip.step)
    rules = {until_broken: RULES[until_broken]} if until_broken else RULES
    found = Walk()

    def watch(t: Transition) -> None:
        for number, rule in rules.items():
            for what in rule(t, law):
                found.broken.setdefault((number, what), t)
                if until_broken:
                    raise _SeenEnough
        for say in t.says:
            found.said.add((say.keys, say.live))
        if isinstance(t.event, Spoken | TimerFired):
            before, after = (forgetful(state, trip.start) for state in (t.before, t.after))
            found.by_itself.setdefault(before, set()).add(after)

    with suppress(_SeenEnough):
        found.states, found.transitions = explore(used or law.script, able, hearing, watch, trip)
    return found


def never_ends(by_itself: dict[State, set[State]]) -> list[State]:
    """States from which sound endings and timers alone lead round in a circle; none, if all becomes quiet."""
    done: set[State] = set()
    for root in by_itself:
        path: list[tuple[State, list[State]]] = [(root, list(by_itself.get(root, ())))]
        on_path = {root}
        while path:
            state, ahead = path[-1]
            if not ahead:
                path.pop()
                on_path.discard(state)
                done.add(state)
                continue
            following = ahead.pop()
            if following in on_path:
                return [s for s, _ in path]
            if following not in done:
                on_path.add(following)
                path.append((following, list(by_itself.get(following, ()))))
    return []
