"""Does it start by itself? Sounds and talk that are not for the device, through the real hearing path.

    python -m tests.bench.false_starts --model models/nb --minutes 60 [--talk DIR] [--grammars idle,hold]

Half of the minutes are a made-up bedroom, half talk (synthetic; with --talk also every wav or flac file
below DIR: speeches, people speaking other languages). Prints events with hours and the 95 % upper bound, what
triggered, and the share of wake phrases missed at the same setting.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from skill.content.phrases import PhraseBook
from skill.errors import AudioError
from skill.events import Heard, Unclear
from skill.hearing.frames import RATE_HZ
from skill.hearing.microphone import WavMicrophone
from tests.bench.bedroom import night
from tests.bench.hearing_common import (
    Bedside,
    arguments,
    at_level,
    figure,
    load_clips,
    open_bedside,
    pink,
    to_samples,
    upper_bound,
    verdicts,
    wilson,
)
from tests.bench.talk import talk

STRETCH_S = 60.0


class Count:
    """Events of one kind of sound."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.hours = 0.0
        self.heard: Counter[str] = Counter()
        self.unclear = 0

    def add(self, bedside: Bedside, sound: np.ndarray, source: str = "") -> None:
        found = verdicts(bedside.hear(to_samples(sound)))
        self.hours += len(sound) / RATE_HZ / 3600
        self.heard.update(f"{e.phrase} {source}".strip() for e in found if isinstance(e, Heard))
        self.unclear += sum(isinstance(e, Unclear) for e in found)

    def show(self, goal: str) -> None:
        n = self.heard.total()
        bound = upper_bound(n, self.hours) if self.hours else float("nan")
        figure(f"{self.name}: false starts", f"{n} in {self.hours:.2f} h, upper bound {bound:.2f}/h", goal)
        print(f"    unclear {self.unclear}; triggered by {dict(self.heard)}", flush=True)


def recordings(folder: Path, bedside: Bedside, count: Count, rng: np.random.Generator, limit_s: float) -> None:
    """Whole files in random order, each with some room after it, until the limit."""
    files = [f for f in sorted(folder.rglob("*")) if f.suffix in (".wav", ".flac", ".ogg", ".gsm")]
    rng.shuffle(files)
    for file in files:
        if count.hours * 3600 >= limit_s:
            return
        try:
            sound = np.frombuffer(b"".join(WavMicrophone(file)), np.int16)
        except AudioError:
            continue
        if len(sound) < 1600:
            continue
        room = at_level(pink(len(sound) / RATE_HZ + 1.5, rng), rng.uniform(-70, -50))
        room[: len(sound)] += at_level(sound, rng.uniform(-40, -20))
        count.add(bedside, room, f"({file.name})")


def missed(bedside: Bedside, book: PhraseBook, clips: list[Path], rng: np.random.Generator) -> None:
    """Wake phrases by every voice, at the same setting."""
    hits = n = 0
    for clip in load_clips(clips):
        meaning = book.meaning(clip.text, "idle")
        if meaning is None or meaning.name not in ("cramp", "confirm_cramp"):
            continue
        room = at_level(pink(len(clip.sound) / RATE_HZ + 1.5, rng), -58.0)
        room[: len(clip.sound)] += at_level(clip.sound, -26.0)
        n += 1
        hits += any(isinstance(e, Heard) and e.intent == meaning for e in verdicts(bedside.hear(to_samples(room))))
    figure("wake phrases missed at this setting, SYNTHETIC", wilson(n - hits, n), "-")


def main() -> None:
    parser = arguments(__doc__ or "", minutes=60.0)
    parser.add_argument("--talk", type=Path, action="append", default=[], help="folder of recordings of other talk")
    parser.add_argument("--grammars", default="idle", help="grammar classes, or «all»")
    options = parser.parse_args()
    bedside, book = open_bedside(options)
    grammars = book.grammars if options.grammars == "all" else options.grammars.split(",")
    for grammar in grammars:
        rng = np.random.default_rng(options.seed)
        bedside.listener.listen(grammar)
        bedroom, synthetic = Count(f"{grammar}: bedroom"), Count(f"{grammar}: synthetic talk")
        for _ in range(round(options.minutes / 2)):
            bedroom.add(bedside, night(STRETCH_S, rng))
            said = talk(STRETCH_S, rng)
            room = at_level(pink(STRETCH_S, rng)[: len(said)], rng.uniform(-70, -50))
            synthetic.add(bedside, room + at_level(said, rng.uniform(-40, -20)))
        bedroom.show("0 (>= 24 h)")
        synthetic.show("0 (>= 4 h)" if grammar == "idle" else "<= 1 in 10 min")
        for folder in options.talk:
            people = Count(f"{grammar}: talk in {folder.name}")
            recordings(folder, bedside, people, rng, options.minutes * 60)
            people.show("0 (>= 4 h)" if grammar == "idle" else "<= 1 in 10 min")
        if grammar == "idle":
            missed(bedside, book, options.clips, rng)
    figure("work / audio, wall time (no goal here)", f"{bedside.work_s / bedside.now_s:.4f}", "-")


if __name__ == "__main__":
    main()
