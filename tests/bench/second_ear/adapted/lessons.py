"""From recordings of an enrolment to lessons, and from sounds to what is believed with any last layer."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from models.measuring.figures import Share
from models.measuring.recordings import Clip as Recording
from models.measuring.second_ear.asking import Guessing
from skill.audio.samples import RATE_HZ
from skill.content.phrases import Phrase
from skill.enrol.both_ears import MOST_COMPARED
from skill.enrol.learning import noisy
from skill.enrol.takes import Said
from skill.hearing.accept.second_opinion import Judge, Opinion
from skill.second_ear.fitting import Lesson
from skill.second_ear.pronunciations import phrase_ways
from skill.second_ear.scoring import Floats32, score_phrases
from skill.second_ear.tree import SoundTree, sound_tree
from skill.second_ear.weights import Networks, Sounded
from tests.bench.listening.common import Floats, at_level, pink, to_samples
from tests.bench.second_ear.adapted.layers import Answering
from tests.bench.second_ear.asked import AFTER_S, BEFORE_S, ROOM_DBFS, SPEECH_DBFS, Idle, kind_of
from tests.bench.second_ear.cries import Cry


def lessons_of(takes: Iterable[Said], networks: Networks, lexicon: Guessing) -> Iterator[Lesson]:
    """Each recording as it is and with noise over it; said as the shipped layer hears it in the first."""
    for take in takes:
        sounded = networks.sounded(take.sound)
        labels = said_as(take.text, sounded.log_probs, lexicon, networks.phones)
        yield Lesson(sounded, labels)
        yield Lesson(networks.sounded(noisy(take.sound)), labels)


def said_as(text: str, log_probs: Floats32, lexicon: Guessing, phones: Sequence[str]) -> tuple[int, ...]:
    """Of all ways of its words the likeliest."""
    words = phrase_ways([text], lexicon.of([text]), phones)[text]
    rows = [tuple(label for way in row for label in way) for row in islice(product(*words), MOST_COMPARED)]
    tree = sound_tree({str(k): [(row,)] for k, row in enumerate(rows)})
    return rows[int(np.argmax(score_phrases(log_probs, tree).likely))]


def in_faint_room(sound: Floats, level_dbfs: float, rng: np.random.Generator) -> Floats:
    """As `Idle.ask` has it."""
    padded = np.pad(at_level(sound, level_dbfs), (round(BEFORE_S * RATE_HZ), round(AFTER_S * RATE_HZ)))
    return np.asarray(padded + at_level(pink(len(padded) / RATE_HZ + 0.1, rng), ROOM_DBFS)[: len(padded)])


@dataclass(frozen=True, eq=False)
class Tried:
    """A sound as the networks hear it. ``text``: what was said; ``group`` and ``condition``: which row it is
    counted in."""

    text: str
    group: str
    condition: str
    sounded: Sounded


def tried_cries(cries: Iterable[Cry], group: str, networks: Networks, seed: int) -> Iterator[Tried]:
    rng = np.random.default_rng(seed)
    for cry in cries:
        sound = to_samples(in_faint_room(cry.sound, cry.level_dbfs, rng))
        yield Tried(cry.text, group, cry.condition, networks.sounded(sound))


def tried_others(
    said: Iterable[tuple[str, Floats]], group: str, networks: Networks, seed: int
) -> Iterator[Tried]:
    rng = np.random.default_rng(seed)
    for text, sound in said:
        yield Tried(text, group, "", networks.sounded(to_samples(in_faint_room(sound, SPEECH_DBFS, rng))))


@dataclass(frozen=True)
class Found:
    """``own``: the best score of a phrase with the meaning of what was said (-99 where it is none); ``best``: of any
    that begins something. ``alone`` and ``agreed``: what would be believed if the first ear had heard nothing, and if
    it had taken it for the best phrase of all."""

    tried: Tried
    own: float
    best: float
    alone: Phrase | None
    agreed: Phrase | None
    right_alone: bool
    right_agreed: bool


class Asking:
    """About every phrase that is live in idle."""

    def __init__(self, idle: Idle, judge: Judge, tree: SoundTree) -> None:
        self._idle, self._judge, self._tree = idle, judge, tree

    def of(self, tried: Tried, asked: Answering) -> Found:
        scores = asked.scores(tried.sounded, self._tree)
        phrases = self._idle.phrases

        def named(values: Floats32) -> Mapping[str, float]:
            return dict(zip(scores.phrases, values.tolist(), strict=True))

        whole = named(scores.whole)
        breaking = {text: score for text, score in whole.items() if kind_of(phrases[text])}
        best = max(breaking, key=lambda text: breaking[text])
        opinion = Opinion(whole, named(scores.ends), named(scores.anywhere), {}, named(scores.likely))

        meant = phrases.get(tried.text)
        intent = meant.intent if meant is not None else None
        own = max((s for t, s in breaking.items() if phrases[t].intent == intent), default=-99.0)
        alone, agreed = (self._breaking(opinion, first) for first in (None, phrases[best]))
        return Found(
            tried, own, breaking[best], alone, agreed,
            alone is not None and alone.intent == intent, agreed is not None and agreed.intent == intent,
        )  # fmt: skip

    def _breaking(self, opinion: Opinion, first: Phrase | None) -> Phrase | None:
        found = self._judge.of_utterance(opinion, first)
        phrase = first if found is None else found.phrase
        return phrase if phrase is not None and kind_of(phrase) else None


def among(
    words: Sequence[tuple[Recording, Sounded]],
    n: int,
    asked: Answering,
    lexicon: Guessing,
    phones: Sequence[str],
) -> Share:
    """As `models.measuring.second_ear.closed.among`, for whatever layer answers."""
    texts = sorted({clip.transcript for clip, _ in words})
    known = lexicon.of(texts)
    usable = [text for text in texts if all(word in known for word in text.split())]
    right = tried = 0
    for clip, sounded in words:
        if clip.transcript in usable:
            draw = random.Random(f"3:{n}:{clip.group}/{clip.path.name}")
            others = draw.sample([t for t in usable if t != clip.transcript], min(n - 1, len(usable) - 1))
            tree = sound_tree(phrase_ways([clip.transcript, *others], known, phones))
            right += int(asked.scores(sounded, tree).likely.argmax()) == 0
            tried += 1
    return Share(right, tried)
