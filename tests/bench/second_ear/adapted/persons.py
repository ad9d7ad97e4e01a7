"""Persons: what they read at enrolment as lessons, and what they say later as the networks hear it. SYNTHETIC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from models.measuring.second_ear.asking import Guessing
from skill.content.in_force import load_contents
from skill.content.phrases import load_phrases
from skill.enrol.ordinary import shipped
from skill.enrol.readings import Readings, load_readings
from skill.hearing.accept.second_opinion import Judge
from skill.hearing.accept.stream import Sought, sought
from skill.paths import models_dir, prompts_dir
from skill.second_ear.fitting import Lesson
from skill.second_ear.pronunciations import phrase_ways
from skill.second_ear.tree import sound_tree
from skill.second_ear.verdict import ways_of_words
from skill.second_ear.weights import Networks, Sounded, load_networks
from tests.bench.listening.common import Clip
from tests.bench.listening.enrolment import read_by
from tests.bench.second_ear import sentences
from tests.bench.second_ear.adapted.lessons import Asking, Tried, lessons_of, tried_cries, tried_others
from tests.bench.second_ear.adapted.voices import ORDINARY, TIMES_READ, Sayings, cries_not_read
from tests.bench.second_ear.asked import Idle
from tests.bench.second_ear.cries import in_conditions
from tests.hearing.speech import rendered

HELD: Final = 60  # ordinary sentences that ship


@dataclass(frozen=True, eq=False)
class Person:
    voice: str
    lessons: Sequence[Lesson]
    cries: Sequence[Tried]
    ordinary: Sequence[Tried]


@dataclass(frozen=True, eq=False)
class Bench:
    """What every person is measured with. ``held``: speech of others that should be heard as before."""

    networks: Networks
    lexicon: Guessing
    idle: Idle
    readings: Readings
    held: Sequence[Sounded]

    @staticmethod
    def opened(folder: Path) -> Bench:
        book = load_phrases(prompts_dir(), "nb")
        texts = sorted(load_contents(prompts_dir(), "nb").script.texts.values())
        networks = load_networks(folder)
        ordinary = shipped(models_dir() / "voices", "nb", texts, book, HELD)
        return Bench(
            networks,
            Guessing(models_dir() / "nb/lexicon.tsv", models_dir() / "nb/letters.gz"),
            Idle(folder),
            load_readings(prompts_dir(), "nb", book),
            [networks.sounded(sound) for _, sound in ordinary],
        )

    def asking(self) -> Asking:
        book, least = load_phrases(prompts_dir(), "nb"), self.idle.least
        judge = Judge("idle", book.live("idle"), least, Sought(sought("idle", book), least))
        ways = ways_of_words(models_dir() / "nb/lexicon.tsv")
        return Asking(self.idle, judge, sound_tree(phrase_ways(self.idle.texts, ways, self.networks.phones)))

    def person(self, voice: str, said: Sayings, seed: int) -> Person:
        """Of each phrase three takes, as an enrolment asks for: near, softly, in a room."""

        def tried(clips: Sequence[Clip], group: str) -> Iterator[Tried]:
            return tried_cries(in_conditions(clips), group, self.networks, seed)

        phrases = len(self.readings.start)
        takes = []
        for turn in range(len(TIMES_READ)):
            read = said.read[turn * phrases : (turn + 1) * phrases]
            takes += list(read_by(read, (1.0, 1.0, 1.0), seed))[turn :: len(TIMES_READ)]
        takes += list(read_by(said.read[len(TIMES_READ) * phrases :], (1.0,), seed))
        ordinary = ((clip.text, clip.sound.astype(np.float64)) for clip in said.ordinary)
        return Person(
            voice,
            list(lessons_of(takes, self.networks, self.lexicon)),
            [*tried(said.again, "read"), *tried(said.cries, "not read")],
            list(tried_others(ordinary, voice, self.networks, seed)),
        )


def accented(voice: str, bench: Bench) -> Sayings:
    """A foreign voice of espeak-ng that reads Norwegian letters; it says short answers too."""

    def clips(texts: Sequence[str], wpm: int) -> list[Clip]:
        return [Clip(text, voice, rendered(text, voice, wpm)) for text in texts]

    readings = bench.readings
    return Sayings(
        [c for wpm in (130, 140, 152) for c in clips(readings.start, wpm)]
        + clips((*readings.other, *readings.answers), 140),
        [c for wpm in (115, 170) for c in clips(readings.start, wpm)],
        clips(cries_not_read(bench.idle, readings, bench.lexicon), 140),
        clips(list(islice(sentences.texts("test"), 7, 7 + 2 * ORDINARY, 2)), 140),
    )
