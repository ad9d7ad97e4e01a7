"""Does it start by itself? Sounds and talk that are not for the device, through the real hearing path.

    python -m tests.bench.listening.false_starts --bedroom-hours 24 --talk-hours 4 --talk DIR --results FILE

A made-up bedroom (`bedroom`), synthetic talk (`talk`) and every sound file below each --talk folder: speeches,
people speaking other languages. Prints events with hours and the 95 % upper bound, what triggered and what it would
have made the device say, and the share of wake phrases missed at the same setting. Each stretch of sound has a seed
of its own and each result is a line of --results: what is stopped goes on where it was, and nothing counts twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from skill.audio.samples import RATE_HZ, Samples
from skill.content.phrases import PhraseBook
from skill.content.script import load_script
from skill.dialogue.machine import step
from skill.dialogue.state import initial
from skill.errors import AudioError
from skill.events import Heard, Say, Unclear
from skill.hearing.capture.microphone import WavMicrophone
from skill.paths import prompts_dir
from skill.service.assembly import able
from skill.settings.values import Settings
from tests.bench.listening.bedroom import night
from tests.bench.listening.common import (
    Bedside,
    Floats,
    arguments,
    at_level,
    figure,
    load_clips,
    model_hash,
    open_bedside,
    pink,
    to_samples,
    upper_bound,
    verdicts,
    wilson,
)
from tests.bench.listening.talk import talk

STRETCH_S = 60.0
SOUND_FILES = (".wav", ".flac", ".ogg", ".gsm")


@dataclass(frozen=True)
class Stretch:
    """One piece of sound and what it triggered: `heard` holds (phrase, what is said to it)."""

    kind: str
    name: str
    model: str
    hours: float
    heard: tuple[tuple[str, str], ...]
    unclear: int


class Results:
    """Stretches already heard by this model, kept in a file as they come."""

    def __init__(self, path: Path | None, model: str) -> None:
        self._path = path
        lines = path.read_text("utf-8").splitlines() if path is not None and path.exists() else []
        known = [json.loads(line) for line in lines]
        self.all = [
            Stretch(**(k | {"heard": tuple(tuple(h) for h in k["heard"])}))
            for k in known
            if k["model"] == model
        ]
        self._known = {(stretch.kind, stretch.name) for stretch in self.all}

    def has(self, kind: str, name: str) -> bool:
        return (kind, name) in self._known

    def add(self, stretch: Stretch) -> None:
        self.all.append(stretch)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(stretch), ensure_ascii=False) + "\n")


def answer_to(heard: Heard) -> str:
    """What a device at rest says to it: the first text key, "" when it stays silent."""
    _, effects = step(initial(), heard, load_script(prompts_dir(), "nb"), able(Settings()))
    return next((effect.keys[0] for effect in effects if isinstance(effect, Say)), "")


def bedroom_sounds(hours: float, seed: int) -> Iterator[tuple[str, Floats]]:
    for number in range(round(hours * 3600 / STRETCH_S)):
        yield f"{seed}-{number}", night(STRETCH_S, np.random.default_rng([seed, number, 1]))


def synthetic_talk(hours: float, seed: int) -> Iterator[tuple[str, Floats]]:
    for number in range(round(hours * 3600 / STRETCH_S)):
        rng = np.random.default_rng([seed, number, 2])
        said = talk(STRETCH_S, rng)
        room = at_level(pink(STRETCH_S, rng)[: len(said)], rng.uniform(-70, -50))
        yield f"{seed}-{number}", room + at_level(said, rng.uniform(-40, -20))


def recordings(folder: Path, seed: int) -> Iterator[tuple[str, Floats]]:
    """Whole files in a random order, each with some room after it."""
    files = [file for file in sorted(folder.rglob("*")) if file.suffix in SOUND_FILES]
    np.random.default_rng(seed).shuffle(files)
    for number, file in enumerate(files):
        try:
            sound: Samples = np.frombuffer(b"".join(WavMicrophone(file)), np.int16)
        except AudioError:
            continue
        rng = np.random.default_rng([seed, number, 3])
        if len(sound) > RATE_HZ // 10 and sound.any():
            room = at_level(pink(len(sound) / RATE_HZ + 1.5, rng), rng.uniform(-70, -50))
            room[: len(sound)] += at_level(sound, rng.uniform(-40, -20))
            yield f"{seed}-{file.relative_to(folder)}", room


def listen(
    bedside: Bedside,
    results: Results,
    kind: str,
    model: str,
    sounds: Iterator[tuple[str, Floats]],
    limit_h: float,
) -> None:
    """Hear them, up to the limit, but those that have been heard."""
    hours = sum(stretch.hours for stretch in results.all if stretch.kind == kind)
    for name, sound in sounds:
        if hours >= limit_h:
            return
        if results.has(kind, name):
            continue
        found = verdicts(bedside.hear(to_samples(sound)))
        heard = tuple((e.phrase, answer_to(e)) for e in found if isinstance(e, Heard))
        length_h = len(sound) / RATE_HZ / 3600
        hours += length_h
        results.add(Stretch(kind, name, model, length_h, heard, sum(isinstance(e, Unclear) for e in found)))
        for phrase, answer in heard:
            print(f"    {kind} {name}: «{phrase}» → {answer or 'silence'}", flush=True)


def show(results: Results, kind: str, goal: str) -> None:
    mine = [stretch for stretch in results.all if stretch.kind == kind]
    hours = sum(stretch.hours for stretch in mine)
    if not hours:
        return
    heard = [pair for stretch in mine for pair in stretch.heard]
    spoken = [phrase for phrase, answer in heard if answer]
    bound = upper_bound(len(spoken), hours)
    figure(f"{kind}: false starts", f"{len(spoken)} in {hours:.2f} h, upper bound {bound:.2f}/h", goal)
    print(f"    triggered by {dict(Counter(spoken).most_common())}")
    silent = Counter(phrase for phrase, answer in heard if not answer)
    print(
        f"    heard and answered by silence {dict(silent.most_common())}; unclear {sum(s.unclear for s in mine)}"
    )


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
        hits += any(
            isinstance(e, Heard) and e.intent == meaning for e in verdicts(bedside.hear(to_samples(room)))
        )
    figure("wake phrases missed at this setting, SYNTHETIC", wilson(n - hits, n), "-")


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument(
        "--talk", type=Path, action="append", default=[], help="folder of recordings of other talk"
    )
    parser.add_argument("--bedroom-hours", type=float, default=0.25)
    parser.add_argument(
        "--talk-hours", type=float, default=0.25, help="synthetic, and at most of each folder"
    )
    parser.add_argument("--results", type=Path, help="what has been heard, a line each; added to")
    parser.add_argument("--grammar", default="idle")
    options = parser.parse_args()
    bedside, book = open_bedside(options)
    bedside.listener.listen(options.grammar)
    model = f"{model_hash(options.model)} {options.grammar}"
    results = Results(options.results, model)
    kinds = [(folder.name, recordings(folder, options.seed), options.talk_hours) for folder in options.talk]
    kinds += [("synthetic talk", synthetic_talk(options.talk_hours, options.seed), options.talk_hours)]
    kinds += [("bedroom", bedroom_sounds(options.bedroom_hours, options.seed), options.bedroom_hours)]
    for kind, sounds, limit_h in kinds:
        listen(bedside, results, kind, model, sounds, limit_h)
        show(results, kind, "0 (>= 24 h)" if kind == "bedroom" else "0 (>= 4 h together)")
    missed(bedside, book, options.clips, np.random.default_rng(options.seed))
    if bedside.now_s:
        figure("work / audio, wall time (no goal here)", f"{bedside.work_s / bedside.now_s:.4f}", "-")


if __name__ == "__main__":
    main()
