"""Ordinary sentences and single sounds, each alone in a quiet night: `python -m tests.bench.second_ear.alone MANIFEST`.

Each comes after 25 s of a quiet room, so that nothing counts as amid talk, and 2 s of the room follow. A start is
anything that breaks the night; an alarm brings the 113 text. The goal stands in the table: 0 alarms, at most 1 start
in 1,000. MANIFEST is a table with the column `file`; `--folder` takes every sound file below a folder instead, and
`--sentences` so many made-up sentences by espeak-ng's voices that no training ever used (SYNTHETIC).
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from models.measuring.recordings import read_manifest
from models.measuring.second_ear.asking import Guessing
from skill.audio.samples import RATE_HZ
from skill.events import Heard
from skill.hearing.recognise.evidence import ASKED_FOR
from skill.paths import models_dir
from tests.bench.listening.common import (
    Floats,
    arguments,
    at_level,
    figure,
    open_bedside,
    pink,
    to_samples,
    verdicts,
    wilson,
)
from tests.bench.second_ear.sentences import sentences

ROOM_DBFS, SPEECH_DBFS = -62.0, -27.0
BEFORE_S, AFTER_S = 25.0, 2.0


def sound_of(path: Path) -> Floats:
    """Mono at 16 kHz, full scale 32768."""
    x, rate = soundfile.read(path, dtype="float64", always_2d=True)
    mono = x.mean(axis=1)
    count = int(len(mono) * RATE_HZ / rate)
    return np.asarray(32768 * np.interp(np.arange(count) * rate / RATE_HZ, np.arange(len(mono)), mono))


def sounds(options: argparse.Namespace) -> Iterator[tuple[str, Floats]]:
    """What was said, and its sound."""
    if options.sentences:
        lexicon = Guessing(models_dir() / "nb/lexicon.tsv", models_dir() / "nb/letters.gz")
        yield from ((each.text, each.sound) for each in sentences("test", options.sentences, lexicon))
        return
    if options.folder is not None:
        kinds = {".flac", ".wav", ".ogg", ".oga", ".opus"}
        clips = [(path, path.stem) for path in sorted(options.folder.rglob("*")) if path.suffix in kinds]
    else:
        clips = [(clip.path, clip.transcript) for clip in read_manifest(options.manifest)]
    yield from ((text, sound_of(path)) for path, text in clips[: options.most or None])


def alone_in_a_room(said: Floats, rng: np.random.Generator) -> Floats:
    """After `BEFORE_S` of a quiet room; `AFTER_S` of it follow."""
    whole = np.pad(at_level(said, SPEECH_DBFS), (int(BEFORE_S * RATE_HZ), int(AFTER_S * RATE_HZ)))
    return whole + at_level(pink(len(whole) / RATE_HZ + 0.1, rng), ROOM_DBFS)[: len(whole)]


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("manifest", type=Path, nargs="?")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--most", type=int, default=0)
    parser.add_argument("--sentences", type=int, default=0)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    bedside, _ = open_bedside(options)
    found: Counter[str] = Counter()
    tried = 0
    for text, said in sounds(options):
        if not len(said) or not said.any():
            continue
        tried += 1
        for event in verdicts(bedside.hear(to_samples(alone_in_a_room(said, rng)))):
            if isinstance(event, Heard):
                kind = (
                    "113"
                    if event.intent.name in ASKED_FOR
                    else "stop"
                    if event.intent.name == "stop"
                    else "start"
                )
                found[kind] += 1
                print(f"  {kind}: «{text}» → «{event.phrase}»", flush=True)
    figure(f"alarms, ears: {options.ears}", wilson(found["113"], tried), "0")
    figure(
        f"starts (alarms too), ears: {options.ears}",
        wilson(found["start"] + found["113"], tried),
        "1 in 1,000",
    )
    figure("«stopp», which does nothing while idle", str(found["stop"]), "-")
    figure(
        "work of the listener's process for an hour of this",
        f"{bedside.work_s / (bedside.now_s / 3600):.0f} s",
        "-",
    )


if __name__ == "__main__":
    main()
