"""What the second ear alone makes of sentences and sounds: `python -m tests.bench.second_ear.scores SET … [options]`.

Sets: people (--manifest), voices (2,000 sentences, SYNTHETIC), sounds (300 made up, SYNTHETIC), recorded (--folder).
A start by the second ear alone is what it would believe although the first ear heard nothing; «agreed» is the upper
bound of both: what would be believed if the first ear took every sound for the nearest phrase of all.
The installed program, with both ears, is measured by `alone`; with --product, what came near a start (`NEAR`) is put to
it here, too, each sound after 25 s of a quiet room. What is further from every phrase can't start it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from models.measuring.recordings import read_clip, read_manifest
from models.measuring.second_ear.asking import Guessing
from skill.events import Heard
from skill.hearing.recognise.evidence import ASKED_FOR
from skill.paths import models_dir
from tests.bench.listening.common import Floats, figure, open_bedside, to_samples, verdicts, wilson
from tests.bench.second_ear.alone import alone_in_a_room
from tests.bench.second_ear.asked import KINDS, Asked, Idle, kind_of
from tests.bench.second_ear.cries import CONDITIONS, by_espeak, by_neural_voices, in_conditions
from tests.bench.second_ear.sentences import sentences
from tests.bench.second_ear.sounds import made_up, recorded

NEAR = -2.1  # by the letter; less than any threshold asks for
SETS = ("people", "voices", "sounds", "recorded", "cries")


def sounds_of(name: str, options: argparse.Namespace) -> Iterator[tuple[str, Floats]]:
    if name == "people":
        for clip in read_manifest(options.manifest):
            yield clip.transcript, read_clip(clip.path).astype(np.float64)
    elif name == "voices":
        lexicon = Guessing(models_dir() / "nb/lexicon.tsv", models_dir() / "nb/letters.gz")
        yield from ((s.text, s.sound) for s in sentences("test", options.sentences, lexicon))
    elif name == "sounds":
        yield from made_up(options.sounds, 29)
    else:
        yield from recorded(options.folder)


class Product:
    """Both ears through the whole hearing path, and the first ear alone; each sound after so much of a quiet room."""

    def __init__(self) -> None:
        self._ears = {
            ears: open_bedside(argparse.Namespace(model=models_dir() / "nb", ears=ears))[0]
            for ears in ("first", "both")
        }
        self.started: dict[str, list[str]] = {ears: [] for ears in self._ears}  # kinds
        self.tried = 0

    def hear(self, said: str, sound: Floats) -> None:
        self.tried += 1
        whole = to_samples(alone_in_a_room(sound, np.random.default_rng(self.tried)))
        for ears, bedside in self._ears.items():
            for event in verdicts(bedside.hear(whole)):
                if isinstance(event, Heard) and event.intent.name != "stop":
                    kind = "alarm" if event.intent.name in ASKED_FOR else "start"
                    self.started[ears].append(kind)
                    print(f"    {ears}, {kind}: «{said}» → «{event.phrase}»", flush=True)

    def show(self, name: str, n: int) -> None:
        for ears, kinds in self.started.items():
            told = f"{kinds.count('alarm')} alarms, {wilson(len(kinds), n)}"
            figure(f"{name}, product, {ears}: of the {self.tried} nearest, starts", told, "1 in 1,000")


def starts(name: str, idle: Idle, options: argparse.Namespace) -> None:
    all_asked: list[tuple[str, Asked]] = []
    product = Product() if options.product else None
    for said, sound in sounds_of(name, options):
        if said in idle.phrases:
            continue
        asked = idle.ask(sound)
        all_asked.append((said, asked))
        near = asked.alone is not None or asked.agreed is not None or max(asked.best.values())[0] >= NEAR
        if product is not None and near:
            product.hear(said, sound)
    n = len(all_asked)
    print(f"\n{name}: {n}")
    for kind in KINDS:
        top = sorted(((*asked.best[kind], said) for said, asked in all_asked), reverse=True)[:5]
        print(f"  {kind}: " + "; ".join(f"{score:.2f} «{said}» for «{text}»" for score, text, said in top))
    for label, found in (
        ("second ear alone", [asked.alone for _, asked in all_asked]),
        ("both, at most (agreed)", [asked.agreed for _, asked in all_asked]),
    ):
        believed = [phrase for phrase in found if phrase is not None]
        alarms = sum(kind_of(phrase) == "alarm" for phrase in believed)
        figure(f"{name}, {label}: alarms", f"{alarms}, {wilson(alarms, n)}", "0")
        figure(f"{name}, {label}: starts", f"{len(believed)}, {wilson(len(believed), n)}", "1 in 1,000")
    if product is not None:
        product.show(name, n)


def cries(idle: Idle, options: argparse.Namespace) -> None:
    clips = by_neural_voices("test", options.clips, idle.texts)
    print(f"\ncries by voices kept out (test): {len(clips)} neural, the rest espeak-ng, SYNTHETIC")
    heard: dict[str, list[tuple[bool, bool]]] = {name: [] for name in CONDITIONS}
    for cry in in_conditions([*clips, *by_espeak("test", idle.texts[3 :: options.every])]):
        wanted = idle.phrases[cry.text]
        if kind_of(wanted) is None:
            continue
        asked = idle.ask(cry.sound, cry.level_dbfs)
        right = tuple(p is not None and p.intent == wanted.intent for p in (asked.alone, asked.agreed))
        heard[cry.condition].append((right[0], right[1]))
    goals = {"clean": "99 %", "soft": "98 %", "room and noise": "95 %"}
    for name, each in heard.items():
        figure(
            f"{name}: heard by the second ear alone",
            wilson(sum(a for a, _ in each), len(each)),
            goals.get(name, "-"),
        )
        figure(
            f"{name}: heard where the first agrees",
            wilson(sum(b for _, b in each), len(each)),
            goals.get(name, "-"),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", choices=SETS)
    parser.add_argument("--weights", type=Path, default=models_dir() / "second_ear")
    parser.add_argument("--manifest", type=Path, help="of people's sentences")
    parser.add_argument("--folder", type=Path, help="recorded sounds")
    parser.add_argument("--clips", type=Path, action="append", default=[], help="<voice>/<words_joined>.flac")
    parser.add_argument("--product", action="store_true")
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--sounds", type=int, default=300)
    parser.add_argument("--every", type=int, default=6, help="of the phrases, espeak-ng says each so many-th")
    options = parser.parse_args()
    idle = Idle(options.weights)
    for name in options.sets:
        if name == "cries":
            cries(idle, options)
        else:
            starts(name, idle, options)


if __name__ == "__main__":
    main()
