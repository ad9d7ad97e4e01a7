"""What must the second ear find before it believes a cry? `python -m tests.bench.second_ear.thresholds --talk FOLDER`.

Asks about true cries and about everything else, DEV material only: voices kept out for choosing, people's single
words (forvo half A), people's talk, made-up bedrooms. Prints the curve of each kind, and the lines for
models/second_ear/thresholds.toml by a fixed rule:

- where the second ear is alone, the highest other sound and `SPARE` above it;
- where the first ear took it for the same, what one other sound in a hundred reaches: of ordinary sentences the first
  ear takes one in fifty for a cry, so both together stay within one in a thousand.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from models.measuring.recordings import read_clip, read_manifest
from models.measuring.second_ear.asking import Guessing
from skill.audio.samples import RATE_HZ
from skill.paths import models_dir
from tests.bench.listening.common import Floats, wilson
from tests.bench.second_ear.asked import KINDS, Asked, Idle, kind_of
from tests.bench.second_ear.cries import CONDITIONS, Cry, by_espeak, by_neural_voices, in_conditions
from tests.bench.second_ear.sentences import sentences
from tests.bench.second_ear.sounds import made_up

SPARE = 0.3
PIECE_S = 3.0
GRID = np.round(np.arange(-3.0, 0.01, 0.25), 2)


@dataclass
class Curve:
    """Scores of one kind: of true cries by condition, of the best phrase for each other sound."""

    true: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    other: list[float] = field(default_factory=list)

    def alone(self) -> float:
        return min(-0.3, float(np.ceil(10 * (max(self.other) + SPARE)) / 10))

    def agreed(self) -> float:
        return min(self.alone(), float(np.ceil(10 * np.quantile(self.other, 0.99)) / 10))


def pieces(folder: Path) -> Iterator[Floats]:
    """Talk of people in pieces of 3 s."""
    size = round(PIECE_S * RATE_HZ)
    for clip in read_manifest(folder / "manifest.tsv"):
        sound = read_clip(clip.path).astype(np.float64)
        yield from (sound[at : at + size] for at in range(0, len(sound) - size, size))


def others(options: argparse.Namespace) -> Iterator[tuple[str, Floats]]:
    """Everything that must start nothing."""
    lexicon = Guessing(models_dir() / "nb/lexicon.tsv", models_dir() / "nb/letters.gz")
    yield from ((s.text, s.sound) for s in sentences("dev", options.sentences, lexicon))
    yield from made_up(options.sounds, 11)
    if options.talk is not None:
        yield from (("talk", piece) for piece in pieces(options.talk))
    if options.words is not None:
        for clip in read_manifest(options.words):
            if clip.group == "forvo" and clip.half == "A":
                yield clip.transcript, read_clip(clip.path).astype(np.float64)


def measured(idle: Idle, options: argparse.Namespace) -> dict[str, Curve]:
    curves = {kind: Curve() for kind in KINDS}
    near: list[tuple[float, str, str]] = []
    for said, sound in others(options):
        if said in idle.phrases:
            continue
        asked: Asked = idle.ask(sound)
        for kind in KINDS:
            curves[kind].other.append(asked.best[kind][0])
        near.append((*max(asked.best.values()), said))
    for score, phrase, said in sorted(near, reverse=True)[:12]:
        print(f"  near: {score:.2f} «{said}» for «{phrase}»")
    clips = by_neural_voices("dev", options.clips, idle.texts)
    for cry in in_conditions([*clips, *by_espeak("dev", idle.texts[:: options.every])]):
        add(curves, idle, cry)
    return curves


def add(curves: dict[str, Curve], idle: Idle, cry: Cry) -> None:
    kind = kind_of(idle.phrases[cry.text])
    if kind is not None:
        asked = idle.ask(cry.sound, cry.level_dbfs)
        intent = idle.phrases[cry.text].intent
        curves[kind].true[cry.condition].append(
            max(score for text, score in asked.scores.items() if idle.phrases[text].intent == intent)
        )


def show(curves: dict[str, Curve]) -> None:
    for kind, curve in curves.items():
        print(f"\n{kind}: share of true ones kept by condition | others above, of {len(curve.other)}")
        print("least  " + "  ".join(f"{name:>17}" for name in CONDITIONS) + "  others")
        for least in GRID:
            kept = [np.mean([s >= least for s in curve.true[name]] or [np.nan]) for name in CONDITIONS]
            above = sum(score >= least for score in curve.other)
            print(f"{least:5.2f}  " + "  ".join(f"{100 * share:16.0f}%" for share in kept) + f"  {above:6d}")
        total = sum(map(len, curve.true.values()))
        kept_alone = sum(s >= curve.alone() for scores in curve.true.values() for s in scores)
        print(f"kept where the second ear is alone, all conditions: {wilson(kept_alone, total)}")
    print("\n[least]")
    for kind, curve in curves.items():
        print(f"{kind} = {curve.agreed():.1f}\n{kind}_alone = {curve.alone():.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=models_dir() / "second_ear")
    parser.add_argument("--clips", type=Path, action="append", default=[], help="<voice>/<words_joined>.flac")
    parser.add_argument("--talk", type=Path, help="folder with manifest.tsv: people's talk")
    parser.add_argument("--words", type=Path, help="manifest of people's single words (forvo half A is used)")
    parser.add_argument("--sentences", type=int, default=600)
    parser.add_argument("--sounds", type=int, default=200)
    parser.add_argument("--every", type=int, default=6, help="of the phrases, espeak-ng says each so many-th")
    options = parser.parse_args()
    show(measured(Idle(options.folder), options))


if __name__ == "__main__":
    main()
