"""How well is the voice understood? Every speaker that ships beside espeak-ng (pyttsx3), in one run:

    python -m tests.bench.voice.intelligibility --whisper FOLDER [--language nb] [--most 110] [--heard heard.tsv]

Texts of prompts/, drawn by a fixed seed, at 120 words a minute as the person hears them. Whisper base is a stranger's
ear: it is told that Norwegian is spoken and nothing else. «found»: which text comes nearest to what it wrote. «own»:
the second ear picks
one text of all. Old ears: 3 kHz low-pass and
pink noise 10 dB below the speech. Goals: letter errors 12 % clean and 20 % old; found all, and 98 %.

FOLDER is the `whisper` that `python -m models.training.voice_engine` lays out; needs `pip install krampevakt[voice]`.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import numpy as np

from skill.audio.sound import Sound, from_float, resample, to_float
from skill.commands.making.voice import guesser
from skill.content.script_reading import read_script
from skill.languages import Language
from skill.paths import models_dir, prompts_dir
from skill.second_ear.weights import load_networks
from skill.service.assembly import make_voice
from skill.settings.values import Settings
from skill.speaking.cache import finished
from skill.speaking.making.gate import SentenceGate
from skill.speaking.making.stranger import RATE_HZ, Stranger, letter_errors, nearest
from skill.speaking.making.words import SpokenWords, read_words
from skill.speaking.voices.voice import Voice
from tests.bench.voice.old_ears import heard_by_old_ears

RATE_WPM = 120
SEED = 17
LONGEST_S = 6.0  # the second ear's window


@dataclass
class Tally:
    """What one ear made of one voice."""

    errors: list[float] = field(default_factory=list)
    found: list[bool] = field(default_factory=list)
    own: list[bool] = field(default_factory=list)

    def row(self) -> str:
        n = len(self.errors)
        mean, spread = float(np.mean(self.errors)), 1.96 * float(np.std(self.errors)) / n**0.5
        low, high = wilson(sum(self.found), n)
        own = f"{sum(self.own)} of {len(self.own)}"
        return f"{mean:6.1%} ±{spread:5.1%}   {sum(self.found):4} of {n} [{low:.0%}, {high:.0%}]   {own}"


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share."""
    p, z = hits / n, 1.96
    middle, half = p + z * z / (2 * n), z * ((p * (1 - p) + z * z / (4 * n)) / n) ** 0.5
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def voices(settings: Settings) -> Iterator[tuple[str, Voice]]:
    for speaker in ("woman", "man", "engine"):
        chosen = replace(settings, voice=replace(settings.voice, speaker=speaker))
        yield "pyttsx3" if speaker == "engine" else speaker, make_voice(chosen)


def heard(sound: Sound, number: int) -> Iterator[tuple[str, Sound]]:
    """As a young ear gets it, and as an old one, at 16 kHz with a third of a second of quiet round it."""
    quiet = np.pad(to_float(resample(sound, RATE_HZ)), RATE_HZ // 3)
    yield "clean", from_float(quiet, RATE_HZ)
    yield "old", from_float(0.7 * heard_by_old_ears(quiet, RATE_HZ, number), RATE_HZ)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whisper", type=Path, required=True)
    parser.add_argument("--language", choices=("nb", "nn"), default="nb")
    parser.add_argument("--most", type=int, default=110)
    parser.add_argument("--prompts", type=Path, default=prompts_dir())
    parser.add_argument("--heard", type=Path, help="write what was heard of each text to this file")
    given = parser.parse_args(arguments)
    language: Language = given.language
    settings = replace(Settings(), language=language)
    texts = sorted(set(read_script(given.prompts, language)[0].texts.values()))
    drawn = Random(SEED).sample(texts, min(given.most, len(texts)))
    words = SpokenWords(read_words(models_dir() / "voices" / "words.tsv", language), guesser())
    gate = SentenceGate(
        load_networks(models_dir() / "second_ear"), {text: words.sounds(text) for text in texts}
    )
    stranger = Stranger(given.whisper)
    speaking = dict(voices(settings))
    tallies = {(name, ears): Tally() for name in speaking for ears in ("clean", "old")}
    lines: list[tuple[str, ...]] = []
    for number, text in enumerate(
        drawn, 1
    ):  # every voice says a text before the next one, so any n is a fair one
        for name, voice in speaking.items():
            for ears, reached in heard(finished(voice.render(text, language, RATE_WPM)), number):
                wrote = stranger.transcribe(to_float(reached))
                tally = tallies[name, ears]
                tally.errors.append(letter_errors(text, wrote))
                tally.found.append(nearest(wrote, texts) == text)
                if reached.duration_s <= LONGEST_S:
                    tally.own.append(gate.measure(text, reached).taken_for == text)
                lines.append((name, ears, text, wrote, f"{tally.errors[-1]:.3f}"))
        if number % 10 == 0 or number == len(drawn):
            for (name, ears), tally in tallies.items():
                print(f"{language} {name:8} {ears:6} {tally.row()}", flush=True)
    if given.heard:
        with given.heard.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter="\t").writerows(lines)


if __name__ == "__main__":
    main()
