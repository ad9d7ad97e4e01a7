"""People as the person: a woman's own sentences as phrases, and single words of whoever said many.

    python -m tests.bench.second_ear.adapted.human --people MANIFEST --manifest MANIFEST [--draws 4]

A drawing: eight of the woman's sentences of 2–5 words, three longer ones and three numbers are read at enrolment (each
recording near, softly and in a room); sixty other sentences are the phrases beside those eight, all the rest must be
taken for none. Of --manifest a speaker's words: a third is read at enrolment, the others are tried among 11.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from models.measuring.disturbance import Disturbance, disturbed
from models.measuring.figures import Share
from models.measuring.recordings import Clip as Recording
from models.measuring.recordings import read_clip, read_manifest
from models.measuring.second_ear.asking import LEAD_S, TAIL_S
from skill.enrol.takes import Said
from skill.paths import models_dir
from skill.second_ear.pronunciations import phrase_ways
from skill.second_ear.tree import sound_tree
from skill.second_ear.weights import Sounded
from tests.bench.listening.common import Clip, cut, to_samples, wilson
from tests.bench.listening.enrolment import read_by
from tests.bench.second_ear.adapted.layers import SHIPPED, WAYS, answering, chosen
from tests.bench.second_ear.adapted.lessons import among, lessons_of
from tests.bench.second_ear.adapted.persons import Bench

CONDITIONS: Final = {
    "clean": Disturbance(),
    "noise": Disturbance(5.0, "pink", None, 0.0, 3),
    "room and noise": Disturbance(10.0, "pink", (0.3, 0.6), 0.0, 3),
}
PHRASES, READ, LONGER, NUMBERS = 60, 8, 3, 3
SHARES: Final = (0.002, 0.01, 0.03)


def takes_of(clips: Sequence[Recording], seed: int) -> list[Said]:
    """Each recording near, softly and in a room."""
    said = [
        Clip(clip.transcript, "", cut(to_samples(read_clip(clip.path).astype(np.float64)))) for clip in clips
    ]
    return list(read_by(said, (1.0, 1.0, 1.0), seed))


class Listening:
    """Each recording in each condition once, as the last layer is given it."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._kept: dict[tuple[Path, str], Sounded] = {}

    def of(self, clip: Recording, condition: str) -> Sounded:
        key = (clip.path, condition)
        if key not in self._kept:
            sound = disturbed(read_clip(clip.path), CONDITIONS[condition], clip.path.name, LEAD_S, TAIL_S)
            self._kept[key] = self._bench.networks.sounded((sound / 32768).astype(np.float32))
        return self._kept[key]


@dataclass
class Counts:
    own: dict[str, list[float]]  # condition → score of what was said
    right: dict[str, list[bool]]  # was it the likeliest
    others: dict[str, list[float]]


def sentences_as_phrases(
    clips: Sequence[Recording], bench: Bench, listening: Listening, draws: int, names: Sequence[str]
) -> None:
    found: dict[str, Counts] = {}
    for seed in range(draws):
        rnd = random.Random(seed)
        known = bench.lexicon.of(clip.transcript for clip in clips)
        usable = [c for c in clips if all(word in known for word in c.transcript.split())]
        short = [c for c in usable if 2 <= len(c.transcript.split()) <= 5]
        rnd.shuffle(short)
        longer = [c for c in usable if 6 <= len(c.transcript.split()) <= 9]
        numbers = [c for c in usable if " " not in c.transcript]
        read = [*short[:READ], *rnd.sample(longer, LONGER), *rnd.sample(numbers, NUMBERS)]
        true = short[READ : READ + PHRASES]
        phrases = sorted({c.transcript for c in (*short[: READ + PHRASES],)})
        false = [c for c in usable if c not in read and c.transcript not in phrases and " " in c.transcript]
        lessons = list(lessons_of(takes_of(read, seed), bench.networks, bench.lexicon))
        tree = sound_tree(phrase_ways(phrases, known, bench.networks.phones))
        for way in chosen(names):
            name = way.name if way is not None else SHIPPED
            asked = answering(lessons, bench.held, way)
            counts = found.setdefault(name, Counts({}, {}, {}))
            for condition in CONDITIONS:
                for clip in (*true, *false):
                    scores = asked.scores(listening.of(clip, condition), tree)
                    if clip in true:
                        k = tree.phrases.index(clip.transcript)
                        counts.own.setdefault(condition, []).append(float(scores.whole[k]))
                        counts.right.setdefault(condition, []).append(int(scores.likely.argmax()) == k)
                    else:
                        counts.others.setdefault(condition, []).append(float(scores.whole.max()))
    for name, counts in found.items():
        print(f"\n## a woman's sentences as phrases, {name}")
        for condition in CONDITIONS:
            own, right = np.array(counts.own[condition]), np.array(counts.right[condition])
            others = np.sort(counts.others[condition])[::-1]
            least = [float(others[int(share * len(others))]) for share in SHARES]
            missed = [int((~right | (own < t)).sum()) for t in least]
            fixed = [int((~right | (own < t)).sum()) for t in (-1.6, -0.9)]
            above = [int((others >= t).sum()) for t in (-1.6, -0.9)]
            print(
                f"  {condition:<15} likeliest {wilson(int(right.sum()), len(right))}; "
                f"missed at equal others {missed} (least {', '.join(f'{t:.2f}' for t in least)}); "
                f"at −1.6 and −0.9 missed {fixed}, others above {above} of {len(others)}; "
                f"5 % {np.quantile(own, 0.05):.2f}, median {np.median(own):.2f}"
            )


def single_words(
    clips: Sequence[Recording], bench: Bench, listening: Listening, draws: int, names: Sequence[str]
) -> None:
    """A third read at enrolment; the others among 11 of all."""
    right: dict[str, dict[str, list[Share]]] = {}
    tried = 0
    for seed in range(draws):
        order = list(clips)
        random.Random(seed).shuffle(order)
        read, rest = order[: len(order) // 3], order[len(order) // 3 :]
        known = bench.lexicon.of(c.transcript for c in read)
        read = [c for c in read if all(word in known for word in c.transcript.split())][:30]
        lessons = list(lessons_of(takes_of(read, seed), bench.networks, bench.lexicon))
        tried += len(rest)
        for way in chosen(names):
            name = way.name if way is not None else SHIPPED
            asked = answering(lessons, bench.held, way)
            for condition in CONDITIONS:
                heard = [(c, listening.of(c, condition)) for c in rest]
                some = among(heard, 11, asked, bench.lexicon, bench.networks.phones)
                right.setdefault(name, {}).setdefault(condition, []).append(some)
    for name, by_condition in right.items():
        told = "; ".join(
            f"{condition} {wilson(sum(s.count for s in shares), sum(s.total for s in shares))}"
            for condition, shares in by_condition.items()
        )
        print(f"  {clips[0].group}, {name}: right among 11: {told}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=models_dir() / "second_ear")
    parser.add_argument("--people", type=Path, help="manifest of one woman's sentences")
    parser.add_argument("--manifest", type=Path, help="manifest of words, by group")
    parser.add_argument("--groups", nargs="*", default=["gcompris_nb", "childsplay_nb"])
    parser.add_argument("--draws", type=int, default=4)
    parser.add_argument("--ways", nargs="*", default=[way.name for way in WAYS])
    options = parser.parse_args()
    bench = Bench.opened(options.folder)
    listening = Listening(bench)
    for group in options.groups if options.manifest else ():
        clips = [c for c in read_manifest(options.manifest) if c.group == group and c.transcript]
        single_words(clips, bench, listening, options.draws, options.ways)
    if options.people:
        sentences_as_phrases(read_manifest(options.people), bench, listening, options.draws, options.ways)


if __name__ == "__main__":
    main()
