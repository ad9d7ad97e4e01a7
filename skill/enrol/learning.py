"""What is kept of an enrolment: only what makes more of a person's own recordings heard, and starts nothing else.

Every recording is judged by what was learned from the others (leave-one-out), as it is and with noise over it. Every
ordinary sentence, and what the same person read that is no phrase, is judged with all that was learned and a reserve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from skill.audio.samples import RATE_HZ, Samples
from skill.content.phrases import PhraseBook
from skill.edit_distance import edit_distance
from skill.enrol.both_ears import BothEars, Listened, OwnWay, Way
from skill.enrol.readings import ANSWERS_IN, START_IN, Readings
from skill.enrol.takes import EnrolmentRefused, Said
from skill.enrol.trial import AllHeard, Choice, Example, Trial, TrialLayers, trial_layers
from skill.hearing.personal import MOST_WAYS, Personal
from skill.messages.message import Message

EASED = (0.0, 0.2, 0.4, 0.6)
EASED_FIRST = (0.0, 0.1, 0.2, 0.3)
RESERVE, RESERVE_FIRST = 0.2, 0.1  # with so much more, too, no ordinary sentence may start anything
HELD_EVERY = 2  # of the ordinary sentences the own layer is held to so many-th; the others it has not seen
NO_ANSWER_EVERY = 3  # so few of the ordinary sentences are compared with answers
NOISE_DB = 12.0  # below the voice
MOST_UNLIKE = 0.34  # of its sounds an own way may differ from the nearest of the lexicon's
LEAST_OF_IT = 0.75  # so long it is at least, beside the shortest of these: no word is missing
SHORTEST_WAY = 6  # sounds; what is shorter is near to much
NOTHING_LIKE_IT = -3.6  # by the letter: nothing of the phrase is in the sound
MUCH_ELSE_IN_IT = -40.0  # in all: some of the phrase is there, and much that is none of it
OTHER_IS_BETTER = 1.0  # by the letter: clearly another phrase
OTHER_PLACE_IS_BETTER = 2.0  # the same, of another place: an accent may be nearer to it


@dataclass(frozen=True, slots=True)
class Counted:
    """So many of `n` recordings were heard as what they are."""

    heard: int
    n: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned, and how much it helps. `ordinary`: sentences it was compared with; `starts`: of these."""

    personal: Personal
    before: Counted  # start phrases, as recorded and with noise
    after: Counted
    answers_before: Counted
    answers_after: Counted
    first_before: Counted  # by the first ear alone
    first_after: Counted
    ordinary: int
    starts_before: int
    starts_after: int

    @property
    def gains(self) -> bool:
        return (
            self.after.heard > self.before.heard
            or self.answers_after.heard > self.answers_before.heard
            or self.first_after.heard > self.first_before.heard
        )


Progress = Callable[[int, int], None]
T = TypeVar("T")


def learn(
    ears: BothEars,
    book: PhraseBook,
    takes: Sequence[Said],
    readings: Readings,
    ordinary: Sequence[tuple[str, Samples]],
    progress: Progress = lambda _done, _of: None,
) -> Learned:
    """Raises EnrolmentRefused where a recording holds another phrase than its name says."""
    total, done = 2 * len(takes) + len(ordinary), 0
    starts = [take for take in takes if take.text in readings.start]
    plain: dict[str, Listened] = {}
    for take in starts:
        plain[take.name] = _checked(take, ears.listen(take.sound, START_IN), book)
        done += 1
        progress(done, total)
    ways = own_ways(ears, {take.name: (take.text, plain[take.name].heard) for take in starts})
    examples: list[Example] = []
    for take in starts:
        for sound in (take.sound, noisy(take.sound)):
            examples.append(_example(take, ears.listen(sound, START_IN, ways), book, START_IN))
        done += 1
        progress(done, total)
    answers = [_example(take, ears.listen(sound, ANSWERS_IN), book, ANSWERS_IN)
               for take in takes if take.text in readings.answers
               for sound in (take.sound, noisy(take.sound))]  # fmt: skip
    against: list[Listened] = []
    own = [(take.text, take.sound) for take in takes if take.text in readings.other]
    for _, sound in (*own, *ordinary):
        against.append(ears.listen(sound, START_IN, ways))
        done += 1
        progress(done, total)
    no_answers = [ears.listen(sound, ANSWERS_IN) for _, sound in (*own, *ordinary[::NO_ANSWER_EVERY])]
    read = [(each.text, each.listened) for each in (*examples, *answers)]
    layers = trial_layers(ears, read, [each.sounded for each in against[len(own) :: HELD_EVERY]])
    as_shipped = AllHeard(examples, against, answers, no_answers)
    with_layers = as_shipped.with_layers(ears, layers) if layers is not None else None
    return _best(Trial(ears, book, as_shipped, with_layers), ways, layers)


def noisy(sound: Samples) -> Samples:
    """With pink noise, the same each time."""
    rng = np.random.default_rng(len(sound))
    spectrum = np.fft.rfft(rng.standard_normal(len(sound)))
    spectrum /= np.maximum(np.fft.rfftfreq(len(sound), 1 / RATE_HZ), 20.0) ** 0.5
    noise = np.fft.irfft(spectrum, len(sound))
    level = np.sqrt(np.mean(sound.astype(np.float64) ** 2)) * 10 ** (-NOISE_DB / 20)
    loud = sound + noise * (level / np.sqrt(np.mean(noise**2)))
    return np.asarray(np.clip(loud, -32768, 32767).astype(np.int16))


def own_ways(ears: BothEars, said: Mapping[str, tuple[str, Way]]) -> list[OwnWay]:
    """Those that are long enough, near enough to what the lexicon says, and not in it already.

    ``said``: recording → phrase and its sounds.
    """
    found: dict[tuple[str, Way], OwnWay] = {}
    count: dict[str, int] = {}
    for name, (phrase, way) in said.items():
        known = ears.ways_of(phrase)
        unlike = min(edit_distance(way, each) / len(each) for each in known)
        shortest = max(SHORTEST_WAY, LEAST_OF_IT * min(map(len, known)))
        if len(way) >= shortest and 0 < unlike <= MOST_UNLIKE and count.get(phrase, 0) < MOST_WAYS:
            count[phrase] = count.get(phrase, 0) + 1
            found.setdefault((phrase, way), OwnWay(phrase, way, name))
    return list(found.values())


def check_phrase(ears: BothEars, book: PhraseBook, readings: Readings, take: Said) -> None:
    """Raises EnrolmentRefused where a start phrase should have been said and something else was."""
    if take.text in readings.start:
        _checked(take, ears.listen(take.sound, START_IN), book)


def _checked(take: Said, listened: Listened, book: PhraseBook) -> Listened:
    """Is it the phrase that its name says? Dialects are far from the lexicon, other phrases and noise farther."""
    scores, meant = listened.opinion.whole, book.meaning(take.text, START_IN)
    own = max(s for text, s in scores.items() if book.meaning(text, START_IN) == meant)
    best = max(scores, key=lambda text: scores[text])
    other = book.meaning(best, START_IN)
    alike = other is not None and meant is not None and other.name == meant.name  # only the place differs
    if scores[take.text] < NOTHING_LIKE_IT or listened.opinion.likely[take.text] < MUCH_ELSE_IN_IT:
        raise EnrolmentRefused(Message("enrol.other_said", name=take.name, phrase=take.text))
    if scores[best] - own > (OTHER_PLACE_IS_BETTER if alike else OTHER_IS_BETTER):
        raise EnrolmentRefused(Message("enrol.other_phrase", name=take.name, phrase=take.text, other=best))
    return listened


def _example(take: Said, listened: Listened, book: PhraseBook, grammar: str) -> Example:
    meant = book.meaning(take.text, grammar)
    assert meant is not None  # readings are checked against the phrases
    return Example(take.text, take.name, meant, listened)


def _best(trial: Trial, ways: Sequence[OwnWay], layers: TrialLayers | None) -> Learned:
    """The least that brings the most, each threshold by itself; a layer or a way sooner than a lower threshold."""
    nothing, may_layer = Choice(), (False, True) if trial.layer_harmless else (False,)
    tried = [Choice(Personal(cries=eased), own, layer) for eased in EASED for layer in may_layer
             for own in (False, True) if not own or ways]  # fmt: skip
    before, starts_before = trial.heard(nothing), trial.starts(nothing)
    most = max(starts_before, trial.starts(nothing, RESERVE))
    quiet = [c for c in tried if trial.starts(c) <= starts_before and trial.starts(c, RESERVE) <= most]
    chosen = _first_best(quiet, trial.heard, nothing, before)

    first_before, most = trial.heard_by_first(0.0), trial.starts_by_first(0.0)
    quiet_first = [eased for eased in EASED_FIRST if trial.starts_by_first(eased + RESERVE_FIRST) <= most]
    first = _first_best(quiet_first, trial.heard_by_first, 0.0, first_before)

    answers_before, most = trial.heard_answers(nothing), trial.taken_for_answers(nothing)
    eased_answers = [replace(chosen, personal=Personal(answers=eased)) for eased in EASED]
    quiet_answers = [c for c in eased_answers if trial.taken_for_answers(c, RESERVE) <= most]
    answers = _first_best(quiet_answers, trial.heard_answers, eased_answers[0], answers_before)

    n, n_answers = len(trial.plain.examples), len(trial.plain.answers)
    layer = layers.kept.written() if layers is not None and chosen.layer else ""
    own_ways = _by_phrase(ways if chosen.ways else ())
    return Learned(
        Personal(chosen.personal.cries, answers.personal.answers, first, own_ways, layer),
        before=Counted(before, n),
        after=Counted(trial.heard(chosen), n),
        answers_before=Counted(answers_before, n_answers),
        answers_after=Counted(trial.heard_answers(answers), n_answers),
        first_before=Counted(first_before, n),
        first_after=Counted(trial.heard_by_first(first), n),
        ordinary=len(trial.plain.against),
        starts_before=starts_before,
        starts_after=trial.starts(chosen),
    )


def _first_best(choices: Iterable[T], heard: Callable[[T], int], otherwise: T, before: int) -> T:
    """The first of those that bring the most; `otherwise` where none brings more than `before`."""
    best, most = otherwise, before
    for choice in choices:
        if (count := heard(choice)) > most:
            best, most = choice, count
    return best


def _by_phrase(ways: Sequence[OwnWay]) -> dict[str, tuple[Way, ...]]:
    found: dict[str, tuple[Way, ...]] = {}
    for way in ways:
        found[way.phrase] = (*found.get(way.phrase, ()), way.phones)
    return found
