"""Does it start by itself? Sounds and talk that are not for the device, through the real hearing path.

    python -m tests.bench.listening.false_starts --bedroom-hours 24 --talk-hours 4 --talk DIR --results FILE

A made-up bedroom (`bedroom`), synthetic talk (`talk`) and every sound file below each --talk folder: speeches,
people speaking other languages. Prints events with hours and the 95 % upper bound, what triggered and what it would
have made the device say, and the share of wake phrases missed at the same setting. With both ears (--ears), a second
listener, with the first ear alone, hears the very same sound, so what the second ear prevents is counted too. Each
stretch of sound has a seed of its own and each result is a line of --results: what is stopped goes on where it was,
and nothing counts twice. With --rounds the hours are heard in so many equal parts of every kind, each of them printed.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from skill.audio.samples import RATE_HZ, Samples
from skill.content.phrases import PhraseBook
from skill.content.script_reading import load_script
from skill.dialogue.machine import step
from skill.dialogue.state import initial
from skill.errors import AudioError
from skill.events import Heard, Say, Unclear
from skill.hearing.capture.microphone import WavMicrophone
from skill.paths import models_dir, prompts_dir
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


Answered = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Stretch:
    """One piece of sound and what it triggered: `heard` holds (phrase, what is said to it).

    `first`: what the first ear alone would have heard in it; None where it wasn't asked.
    """

    kind: str
    name: str
    model: str
    hours: float
    heard: Answered
    unclear: int
    first: Answered | None = None


class Results:
    """Stretches already heard by this model, kept in a file as they come."""

    def __init__(self, path: Path | None, model: str) -> None:
        self._path = path
        lines = path.read_text("utf-8").splitlines() if path is not None and path.exists() else []
        known = [json.loads(line) for line in lines]
        self.all = [
            Stretch(**(k | {name: _pairs(k.get(name)) for name in ("heard", "first")}))
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


def _pairs(told: list[list[str]] | None) -> Answered | None:
    return None if told is None else tuple((phrase, answer) for phrase, answer in told)


@dataclass(frozen=True)
class Listeners:
    """The product's, and beside it the first ear alone, where the product has two."""

    product: Bedside
    first: Bedside | None

    def hear(self, sound: Samples) -> tuple[Answered, int, Answered | None]:
        """What the product heard, how often it would have asked again, and what the first ear alone heard."""
        found = verdicts(self.product.hear(sound))
        alone = None if self.first is None else answered(verdicts(self.first.hear(sound)))
        return answered(found), sum(isinstance(event, Unclear) for event in found), alone


def answered(found: list[Heard | Unclear]) -> Answered:
    """Each phrase with what is said to it."""
    return tuple((event.phrase, answer_to(event)) for event in found if isinstance(event, Heard))


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
    listeners: Listeners,
    results: Results,
    kind: str,
    model: str,
    sounds: Iterator[tuple[str, Floats]],
    limit_h: float,
) -> None:
    """Hear them, up to the limit, but those that have been heard."""
    hours = sum(stretch.hours for stretch in results.all if stretch.kind == kind)
    while hours < limit_h:
        name, sound = next(sounds, ("", None))
        if sound is None:
            return
        if results.has(kind, name):
            continue
        heard, unclear, first = listeners.hear(to_samples(sound))
        length_h = len(sound) / RATE_HZ / 3600
        hours += length_h
        results.add(Stretch(kind, name, model, length_h, heard, unclear, first))
        for phrase, answer in heard:
            print(f"    {kind} {name}: «{phrase}» → {answer or 'silence'}", flush=True)
        for phrase, answer in first or ():
            print(f"    {kind} {name}, first ear alone: «{phrase}» → {answer or 'silence'}", flush=True)


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
    _show_first(mine, kind)
    silent = Counter(phrase for phrase, answer in heard if not answer)
    print(
        f"    heard and answered by silence {dict(silent.most_common())}; unclear {sum(s.unclear for s in mine)}"
    )


def _show_first(mine: list[Stretch], kind: str) -> None:
    """The same sound by the first ear alone, and how much of that the second ear let pass."""
    both = [stretch for stretch in mine if stretch.first is not None]
    hours = sum(stretch.hours for stretch in both)
    if not hours:
        return
    proposed = [
        (phrase, phrase in dict(stretch.heard))
        for stretch in both
        for phrase, answer in stretch.first or ()
        if answer
    ]
    bound = upper_bound(len(proposed), hours)
    figure(
        f"{kind}: by the first ear alone", f"{len(proposed)} in {hours:.2f} h, upper bound {bound:.2f}/h", "-"
    )
    passed = sum(let_pass for _, let_pass in proposed)
    print(
        f"    {dict(Counter(phrase for phrase, _ in proposed).most_common())}; with the second ear {passed}"
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
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--without-first", action="store_true", help="do not ask the first ear alone as well")
    options = parser.parse_args()
    bedside, book = open_bedside(options)
    first = None
    if options.ears == "both" and not options.without_first:
        first, _ = open_bedside(argparse.Namespace(**{**vars(options), "ears": "first"}))
        first.listener.listen(options.grammar)
    bedside.listener.listen(options.grammar)
    weights = [model_hash(options.model)]
    weights += [model_hash(models_dir() / "second_ear")] if options.ears == "both" else []
    model = " ".join([*weights, options.grammar])
    results = Results(options.results, model)
    kinds = [(folder.name, recordings(folder, options.seed), options.talk_hours) for folder in options.talk]
    kinds += [("synthetic talk", synthetic_talk(options.talk_hours, options.seed), options.talk_hours)]
    kinds += [("bedroom", bedroom_sounds(options.bedroom_hours, options.seed), options.bedroom_hours)]
    for number in range(1, options.rounds + 1):
        for kind, sounds, whole_h in kinds:
            limit_h = whole_h * number / options.rounds
            listen(Listeners(bedside, first), results, kind, model, sounds, limit_h)
            show(results, kind, "0 (>= 24 h)" if kind == "bedroom" else "0 (>= 4 h together)")
    missed(bedside, book, options.clips, np.random.default_rng(options.seed))
    if bedside.now_s:
        figure("work / audio, wall time (no goal here)", f"{bedside.work_s / bedside.now_s:.4f}", "-")


if __name__ == "__main__":
    main()
