"""How well is the voice understood? Every speaker that ships beside espeak-ng (pyttsx3), in one run:

    python -m tests.bench.voice.intelligibility --whisper FOLDER [--language nb] [--most 110] [--heard heard.tsv]
        [--rates 80 100 120 140] [--voices woman man] [--ears clean] [--window-s 10]

Texts of prompts/, drawn by a fixed seed, as the person hears them, at 120 words a minute unless other rates are asked
for. Whisper base is a stranger's ear: it is told that Norwegian is spoken and nothing else. «found»: which text comes
nearest to what it wrote. The second ear and our own model pick one text of all. Old ears: 3 kHz low-pass and pink noise
10 dB below the speech. Goals: letter errors 12 % clean and 20 % old; found all, and 98 %. What was heard is kept in
`--heard`; called again with it, only sounds that have changed are heard anew.

FOLDER is the `whisper` that `python -m models.training.voice_engine` lays out; needs `pip install krampevakt[voice]`.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from skill.audio.sound import Sound, from_float, resample, to_float
from skill.commands.making.closed_ear import ClosedSetEar
from skill.commands.making.voice import guesser
from skill.content.script_reading import read_script
from skill.languages import Language
from skill.paths import models_dir, prompts_dir
from skill.second_ear.weights import load_networks
from skill.service.assembly import make_voice
from skill.settings.values import Settings
from skill.speaking.cache import finished
from skill.speaking.making.gate import SentenceGate
from skill.speaking.making.stranger import RATE_HZ, WINDOW_S, Stranger
from skill.speaking.making.words import SpokenWords, read_words
from skill.speaking.voices.voice import Voice
from tests.bench.voice.hearings import UNHEARD, Hearing, Hearings, summary
from tests.bench.voice.old_ears import heard_by_old_ears

RATE_WPM = 120
SEED = 17
LONGEST_S = 6.0  # the second ear's window
_SPEAKERS = {"woman": "woman", "man": "man", "pyttsx3": "engine"}


class Panel:
    """The three ears, for the texts of one language."""

    def __init__(self, whisper: Path, language: Language, texts: Sequence[str], window_s: float) -> None:
        words = SpokenWords(read_words(models_dir() / "voices" / "words.tsv", language), guesser())
        self._gate = SentenceGate(
            load_networks(models_dir() / "second_ear"), {text: words.sounds(text) for text in texts}
        )
        self._stranger = Stranger(whisper)
        self._window_s = window_s
        self._model = ClosedSetEar(models_dir() / "nb", texts)

    def hear(self, text: str, reached: Sound) -> tuple[str, str, str]:
        """What the stranger wrote, and what the second ear and the model took it for."""
        short = reached.duration_s <= LONGEST_S
        return (
            self._stranger.transcribe(to_float(reached), max(self._window_s, reached.duration_s)),
            self._gate.measure(text, reached).taken_for if short else UNHEARD,
            self._model.heard_as(text, reached),
        )


def voices(settings: Settings, names: Sequence[str]) -> Iterator[tuple[str, Voice]]:
    for name in names:
        speaker = _SPEAKERS[name]
        yield name, make_voice(replace(settings, voice=replace(settings.voice, speaker=speaker)))


def heard(samples: NDArray[np.float64], ears: str, number: int) -> Sound:
    """At 16 kHz with a third of a second of quiet round it, as a young ear gets it or as an old one."""
    quiet = np.pad(samples, RATE_HZ // 3)
    if ears == "old":
        quiet = 0.7 * heard_by_old_ears(quiet, RATE_HZ, number)
    return from_float(quiet, RATE_HZ)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whisper", type=Path, required=True)
    parser.add_argument("--language", choices=("nb", "nn"), default="nb")
    parser.add_argument("--most", type=int, default=110)
    parser.add_argument("--rates", type=int, nargs="+", default=[RATE_WPM])
    parser.add_argument("--voices", nargs="+", choices=tuple(_SPEAKERS), default=list(_SPEAKERS))
    parser.add_argument("--ears", nargs="+", choices=("clean", "old"), default=["clean", "old"])
    parser.add_argument(
        "--window-s", type=float, default=WINDOW_S, help="of Whisper; a shorter one is cheaper"
    )
    parser.add_argument("--prompts", type=Path, default=prompts_dir())
    parser.add_argument("--heard", type=Path, help="keep what was heard of each text in this file")
    given = parser.parse_args(arguments)
    language: Language = given.language
    texts = sorted(set(read_script(given.prompts, language)[0].texts.values()))
    drawn = Random(SEED).sample(texts, min(given.most, len(texts)))
    panel = Panel(given.whisper, language, texts, given.window_s)
    speaking = dict(voices(replace(Settings(), language=language), given.voices))
    kept = Hearings(given.heard)
    rows: dict[tuple[str, int, str], list[Hearing]] = {}
    for number, text in enumerate(drawn, 1):  # all voices say a text before the next: any part is a fair one
        for name, voice in speaking.items():
            for rate_wpm in given.rates:
                sound = finished(voice.render(text, language, rate_wpm))
                samples = to_float(resample(sound, RATE_HZ))
                for ears in given.ears:
                    reached = heard(samples, ears, number)
                    digest = hashlib.sha256(reached.samples.tobytes()).hexdigest()[:16]
                    place = (language, name, str(rate_wpm), ears, f"{digest} {given.window_s:g}", text)
                    hearing = kept.find(*place) or kept.add(Hearing(*place, *panel.hear(text, reached)))
                    rows.setdefault((name, rate_wpm, ears), []).append(hearing)
        if number % 10 == 0 or number == len(drawn):
            for (name, rate_wpm, ears), hearings in rows.items():
                print(f"{language} {name:8} {rate_wpm} {ears:6}{summary(hearings, texts)}", flush=True)


if __name__ == "__main__":
    main()
