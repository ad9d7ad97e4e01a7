"""What a person read, put to the test with any choice of what was learned: thresholds, pronunciations, an own layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from skill.content.phrases import PhraseBook
from skill.enrol.both_ears import BothEars, Listened, heard_by_both, judge_of
from skill.enrol.readings import ANSWERS_IN, START_IN
from skill.events import Intent
from skill.hearing.personal import Personal
from skill.hearing.recognise.evidence import needs_evidence
from skill.second_ear.fitting import Lesson, fitted
from skill.second_ear.own_layer import OwnLayer
from skill.second_ear.pronunciations import UnsayableWord
from skill.second_ear.weights import Sounded


@dataclass(frozen=True, slots=True, eq=False)
class TrialLayers:
    """``kept``: fitted to everything that was read. ``without``: what was read → fitted to everything else, so that a
    gain is one for phrases that were not read."""

    kept: OwnLayer
    without: Mapping[str, OwnLayer]


def trial_layers(
    ears: BothEars, read: Sequence[tuple[str, Listened]], others: Sequence[Sounded]
) -> TrialLayers | None:
    """None where nothing can be learned: one phrase alone, or none that the lexicon can say.

    ``read``: what was said, and how it was heard; ``others``: speech that should be heard as before.
    """
    lessons = [(text, lesson) for text, heard in read if (lesson := _lesson(ears, text, heard)) is not None]
    texts = {text for text, _ in lessons}
    if len(texts) < 2:
        return None

    def layer(without: str = "") -> OwnLayer:
        change = fitted([lesson for text, lesson in lessons if text != without], others)
        own = OwnLayer(ears.head, change.astype(np.float32))
        return OwnLayer.read(own.written())  # with the digits that are kept

    return TrialLayers(layer(), {text: layer(text) for text in sorted(texts)})


def _lesson(ears: BothEars, text: str, heard: Listened) -> Lesson | None:
    try:
        return Lesson(heard.sounded, ears.likeliest_way(text, heard.sounded))
    except UnsayableWord:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One recording as it was listened to, and what it is."""

    text: str
    name: str
    meant: Intent
    listened: Listened


@dataclass(frozen=True, slots=True, eq=False)
class AllHeard:
    """Everything that was listened to."""

    examples: Sequence[Example]
    against: Sequence[Listened]
    answers: Sequence[Example]
    no_answers: Sequence[Listened]

    def with_layers(self, ears: BothEars, layers: TrialLayers) -> AllHeard:
        """What the person read, each with the layer that has not learned it; all else with the one to keep."""

        def read(examples: Sequence[Example]) -> list[Example]:
            return [
                replace(each, listened=ears.again(each.listened, layers.without.get(each.text, layers.kept)))
                for each in examples
            ]

        def others(heard: Sequence[Listened]) -> list[Listened]:
            return [ears.again(each, layers.kept) for each in heard]

        return AllHeard(
            read(self.examples), others(self.against), read(self.answers), others(self.no_answers)
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """What is tried."""

    personal: Personal = field(default_factory=Personal)
    ways: bool = False
    layer: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """Recordings and ordinary sentences, to be judged by any choice. `own`: with a layer of the person's own."""

    ears: BothEars
    book: PhraseBook
    plain: AllHeard
    own: AllHeard | None

    def heard(self, choice: Choice) -> int:
        return self._right(self._of(choice).examples, choice, START_IN)

    def starts(self, choice: Choice, reserve: float = 0.0) -> int:
        eased = replace(choice.personal, cries=choice.personal.cries + reserve)
        judge = judge_of(self.ears, self.book, START_IN, eased)
        believed = (heard_by_both(each, judge, ways=choice.ways) for each in self._of(choice).against)
        return sum(p is not None and needs_evidence(START_IN, p.intent.name) for p in believed)

    def heard_answers(self, choice: Choice) -> int:
        return self._right(self._of(choice).answers, replace(choice, ways=False), ANSWERS_IN)

    def taken_for_answers(self, choice: Choice, reserve: float = 0.0) -> int:
        eased = replace(choice.personal, answers=choice.personal.answers + reserve)
        judge = judge_of(self.ears, self.book, ANSWERS_IN, eased)
        return sum(heard_by_both(each, judge) is not None for each in self._of(choice).no_answers)

    def heard_by_first(self, eased: float) -> int:
        return sum(self._first(each.listened, eased) == each.meant for each in self.plain.examples)

    def starts_by_first(self, eased: float) -> int:
        return sum(self._first(each, eased) is not None for each in self.plain.against)

    @property
    def layer_harmless(self) -> bool:
        """No answer is lost by it, and nothing else taken for one."""
        if self.own is None:
            return False
        plain, own = Choice(), Choice(layer=True)
        kept = self.heard_answers(own) >= self.heard_answers(plain)
        return kept and self.taken_for_answers(own) <= self.taken_for_answers(plain)

    def _of(self, choice: Choice) -> AllHeard:
        return self.own if choice.layer and self.own is not None else self.plain

    def _right(self, examples: Sequence[Example], choice: Choice, grammar: str) -> int:
        judge = judge_of(self.ears, self.book, grammar, choice.personal)
        phrases = (
            (each.meant, heard_by_both(each.listened, judge, each.name, choice.ways)) for each in examples
        )
        return sum(phrase is not None and phrase.intent == meant for meant, phrase in phrases)

    def _first(self, listened: Listened, eased: float) -> Intent | None:
        least = Personal(first=eased).least_evidence(self.ears.first_least)
        first = listened.first
        if first is None or least is None:
            return None
        believed = least.accepts(first.text, first.intent.name, listened.evidence)
        return first.intent if believed else None
