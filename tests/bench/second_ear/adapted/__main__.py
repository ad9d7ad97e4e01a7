"""Is one person heard better when the second ear's last layer has learnt from their enrolment?

    python -m tests.bench.second_ear.adapted --set dev --work DIR [--kokoro DIR] --people MANIFEST --words MANIFEST

Persons: four Kokoro voices of a set (dev to choose by, test to report; spoken into --work) and foreign voices of
espeak-ng with Norwegian letters. Each reads the phrases of an enrolment (near, softly, in a room); the layer is fitted
in several ways; then other cries of theirs, their ordinary sentences, those of the other persons and --people's are put
to the second ear alone. --words: people's words, half A. `human`: a woman's own sentences as phrases.
Misses are also shown at equal false ones: the threshold that lets 0.5, 1 and 2 % of the others through. SYNTHETIC.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from models.measuring.disturbance import Disturbance, disturbed
from models.measuring.recordings import Clip as Recording
from models.measuring.recordings import read_clip, read_manifest
from models.measuring.second_ear.asking import LEAD_S, TAIL_S
from models.training.speech.heldout import VOICES
from skill.paths import models_dir
from skill.second_ear.weights import Sounded
from tests.bench.listening.common import wilson
from tests.bench.second_ear.adapted.layers import SHIPPED, WAYS, Answering, answering, chosen
from tests.bench.second_ear.adapted.lessons import Found, Tried, among, tried_others
from tests.bench.second_ear.adapted.persons import Bench, Person, accented
from tests.bench.second_ear.adapted.voices import Speaker, sayings_of
from tests.bench.second_ear.asked import kind_of

ACCENTS: Final = {
    "dev": ("fr+f2", "es+m3"),
    "test": ("it+f4", "pl+m2", "nl+f3", "cs+m1", "fi+f2", "pt+m4"),
}
SHARES: Final = (0.005, 0.01, 0.02)  # of the others that may come through


def rows_of(found: Sequence[Found]) -> dict[str, list[Found]]:
    rows: dict[str, list[Found]] = {}
    for each in found:
        for name in (f"{each.tried.group}, all", f"{each.tried.group}, {each.tried.condition}"):
            rows.setdefault(name, []).append(each)
    return rows


def show(name: str, cries: Sequence[Found], others: Sequence[Found]) -> None:
    own = [f for f in others if f.tried.group == "own"]
    best = np.sort([f.best for f in others])[::-1]
    least = [float(best[int(share * len(best))]) for share in SHARES]
    print(f"\n## {name}; thresholds for {SHARES}: {', '.join(f'{t:.2f}' for t in least)}")
    for label, some in (("others", others), ("of these, ordinary sentences of the person", own)):
        for what in ("alone", "agreed"):
            started = [phrase for f in some if (phrase := getattr(f, what)) is not None]
            alarms = sum(kind_of(phrase) == "alarm" for phrase in started)
            print(f"  {label}: starts, {what}: {wilson(len(started), len(some))}, 113 in {alarms}")
    for row, found in rows_of(cries).items():
        n = len(found)
        missed = [sum(not getattr(f, w) for f in found) for w in ("right_alone", "right_agreed")]
        equal = [sum(f.own < t for f in found) for t in least]
        low, mid = np.quantile([f.own for f in found], [0.05, 0.5])
        print(
            f"  {row:<28} missed alone {missed[0]:4d}, agreed {missed[1]:4d}, at equal others {equal} of {n}; "
            f"5 % {low:.2f}, median {mid:.2f}"
        )


def persons_of(options: argparse.Namespace, bench: Bench) -> list[Person]:
    speaker = Speaker(options.work, bench.lexicon, options.kokoro)
    said = {
        voice: sayings_of(voice, speaker, bench.idle, bench.readings, bench.lexicon)
        for voice in VOICES[options.set][: options.most]
    }
    said |= {voice: accented(voice, bench) for voice in ACCENTS[options.set][: options.most]}
    return [bench.person(voice, each, options.seed) for voice, each in said.items() if each.read]


def words_heard(options: argparse.Namespace, bench: Bench) -> list[tuple[Recording, Sounded]]:
    """People's words, half A, as `python -m models.measuring.second_ear` hears them."""
    clips = [c for c in read_manifest(options.words) if c.group == "forvo" and c.half == "A"]
    heard = []
    for clip in clips[:: options.every_word]:
        sound = disturbed(read_clip(clip.path), Disturbance(), clip.path.name, LEAD_S, TAIL_S)
        heard.append((clip, bench.networks.sounded((sound / 32768).astype(np.float32))))
    return heard


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=["dev", "test"], default="dev")
    parser.add_argument("--folder", type=Path, default=models_dir() / "second_ear")
    parser.add_argument("--work", type=Path, required=True, help="what Kokoro has said is kept here")
    parser.add_argument("--kokoro", type=Path, help="kokoro.onnx, kokoro_symbols.json, voices/")
    parser.add_argument("--people", type=Path, help="manifest of sentences that people say")
    parser.add_argument("--words", type=Path, help="manifest of people's single words")
    parser.add_argument("--every-word", type=int, default=3)
    parser.add_argument("--every-other", type=int, default=4, help="so many-th sentence of the other persons")
    parser.add_argument("--every-sentence", type=int, default=4)
    parser.add_argument("--most", type=int, default=9, help="persons of each kind")
    parser.add_argument("--ways", nargs="*", default=[way.name for way in WAYS])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    bench = Bench.opened(options.folder)
    persons = persons_of(options, bench)
    people: list[Tried] = []
    if options.people:
        listed = [c for c in read_manifest(options.people) if " " in c.transcript][:: options.every_sentence]
        said = ((c.transcript, read_clip(c.path).astype(np.float64)) for c in listed)
        people = list(tried_others(said, "people", bench.networks, options.seed))
    words = words_heard(options, bench) if options.words else []
    asking = bench.asking()
    for way in chosen(options.ways):
        name = way.name if way is not None else SHIPPED
        cries: list[Found] = []
        others: list[Found] = []
        for person in persons:
            began = time.process_time()
            asked = answering(person.lessons, bench.held, way)
            took_s = time.process_time() - began
            mine = [asking.of(each, asked) for each in person.cries]
            spoken = [
                t for other in persons if other is not person for t in other.ordinary[:: options.every_other]
            ]
            own = [Tried(t.text, "own", "", t.sounded) for t in person.ordinary]
            theirs = [asking.of(each, asked) for each in (*own, *spoken, *people)]
            cries += mine
            others += theirs
            told = ", ".join(
                f"{what}: {sum(not getattr(f, f'right_{what}') for f in mine)} of {len(mine)} missed, "
                f"{sum(getattr(f, what) is not None for f in theirs)} of {len(theirs)} others start"
                for what in ("alone", "agreed")
            )
            print(f"{name}, {person.voice}: fitted in {took_s:.1f} s; {told}", flush=True)
            if words:
                told_words(words, asked, bench)
        show(name, cries, others)


def told_words(words: Sequence[tuple[Recording, Sounded]], asked: Answering, bench: Bench) -> None:
    told = [among(words, n, asked, bench.lexicon, bench.networks.phones) for n in (30, 300)]
    print(f"    words of others: among 30 {told[0]}, among 300 {told[1]}", flush=True)


if __name__ == "__main__":
    main()
