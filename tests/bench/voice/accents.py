"""Are Norwegian's two tonal accents worth shifting the pitch for? An experiment, by WORLD after the engine:

    pip install pyworld==0.3.5
    python -m tests.bench.voice.accents --whisper FOLDER [--most 30] [--sounds FOLDER]

Sentences of the pack that hold two words of a known accent (accents.tsv), drawn by a fixed seed, by both speakers, in
three ways: as they ship, through WORLD with their own pitch, through WORLD with the pitch of the accents (contour.py).
Prints letter errors of Whisper base, what the second ear and our model took them for, the second ear's score, and what
the pitch does: semitones over the stressed vowel, which accent 2 has to lower and accent 1 has not, and how often the
two are told apart by it (area under the curve; 0.5 is chance).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from skill.audio.sound import Sound, from_float, resample, to_float
from skill.commands.making.closed_ear import ClosedSetEar
from skill.commands.making.voice import guesser, sentences_in
from skill.model.build import build, plain_words
from skill.paths import models_dir, prompts_dir
from skill.second_ear.weights import load_networks
from skill.speaking.making.build import encoded
from skill.speaking.making.gate import SHORT_WINDOW_S, SentenceGate
from skill.speaking.making.stranger import RATE_HZ, Stranger, letter_errors
from skill.speaking.making.words import SpokenWords, read_words
from skill.speaking.pack.manifest import read_pack, read_spoken
from tests.bench.voice.contour import StressedVowel, led, pitch, stressed_vowel

SEED = 17
WAYS = ("as it ships", "WORLD, own pitch", "WORLD, accents")


class WordTimes:
    """When each word of a sentence is said, by our own model."""

    def __init__(self, words: Sequence[str]) -> None:
        import vosk

        vosk.SetLogLevel(-1)
        with tempfile.TemporaryDirectory() as folder:
            build(sorted(set(words)), [], models_dir() / "nb", Path(folder))
            self._model: Any = vosk.Model(model_path=folder)
        self._vosk: Any = vosk

    def of(self, sentence: str, sound: Sound) -> list[tuple[str, float, float]]:
        """(word, begin, end) in seconds; [] where the words aren't those of the sentence."""
        words = plain_words(sentence)
        recogniser = self._vosk.KaldiRecognizer(
            self._model, RATE_HZ, json.dumps([" ".join(words)], ensure_ascii=False)
        )
        recogniser.SetWords(True)
        recogniser.AcceptWaveform(np.pad(resample(sound, RATE_HZ).samples, (0, RATE_HZ // 3)).tobytes())
        found = json.loads(recogniser.FinalResult()).get("result", [])
        if [each["word"] for each in found] != list(words):
            return []
        return [(each["word"], float(each["start"]), float(each["end"])) for each in found]


def accents() -> dict[str, int]:
    lines = Path(__file__).with_name("accents.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {word: int(accent) for word, accent in rows}


def vowels_of(
    times: Sequence[tuple[str, float, float]], known: dict[str, int], spoken: SpokenWords
) -> list[StressedVowel]:
    found = (
        stressed_vowel(word, known.get(word, 0), spoken.sounds(word)[:-1], begin_s, end_s)
        for word, begin_s, end_s in times
    )
    return [each for each in found if each is not None]


def movements(samples: Any, rate_hz: int, vowels: Sequence[StressedVowel]) -> Iterator[tuple[int, float]]:
    """(accent, semitones from the begin to the end of the stressed vowel) of each word whose accent is known."""
    f0, times_s = pitch(samples, rate_hz)
    for each in vowels:
        inside = (times_s >= each.begins_s) & (times_s <= each.ends_s + 0.03) & (f0 > 0)
        if each.accent and inside.sum() >= 6:
            st = 12 * np.log2(f0[inside])
            third = max(1, len(st) // 3)
            yield each.accent, float(np.median(st[-third:]) - np.median(st[:third]))


def told_apart(moved: Sequence[tuple[int, float]]) -> str:
    first, second = ([st for accent, st in moved if accent == wanted] for wanted in (1, 2))
    falls_more = float(np.mean([[b < a for b in second] for a in first]))
    return (
        f"accent 1 {np.median(first):+.1f} st (n {len(first)}), accent 2 {np.median(second):+.1f} st "
        f"(n {len(second)}), told apart {falls_more:.2f}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whisper", type=Path, required=True)
    parser.add_argument("--most", type=int, default=30)
    parser.add_argument("--sounds", type=Path, help="keep the sounds here, to be listened to")
    given = parser.parse_args(arguments)
    known = accents()
    sentences = sentences_in(prompts_dir(), "nb")
    fitting = [text for text in sentences if sum(word in known for word in plain_words(text)) >= 2]
    drawn = Random(SEED).sample(fitting, min(given.most, len(fitting)))
    spoken = SpokenWords(read_words(models_dir() / "voices" / "words.tsv", "nb"), guesser())
    stranger, model = Stranger(given.whisper), ClosedSetEar(models_dir() / "nb", sentences)
    gate = SentenceGate(
        load_networks(models_dir() / "second_ear"),
        {text: spoken.sounds(text) for text in sentences},
        own_model=model.heard_as,
    )
    times = WordTimes([word for text in drawn for word in plain_words(text)])
    for speaker in ("woman", "man"):
        folder = models_dir() / "voices" / "nb" / speaker
        pack = read_pack(folder).sentences
        errors: dict[str, list[float]] = {way: [] for way in WAYS}
        right: dict[str, list[tuple[bool, bool, float]]] = {way: [] for way in WAYS}
        moved: dict[str, list[tuple[int, float]]] = {way: [] for way in WAYS}
        for text in drawn:
            sound = read_spoken(folder, pack[text])
            vowels = vowels_of(times.of(text, sound), known, spoken)
            if not vowels:
                print(f"      no word times: {speaker} «{text}»", flush=True)
                continue
            samples = to_float(sound)
            made = (samples, led(samples, sound.rate_hz, None), led(samples, sound.rate_hz, vowels))
            for way, each in zip(WAYS, made, strict=True):
                heard = from_float(0.7 * each / np.max(np.abs(each)), sound.rate_hz)
                wrote = stranger.transcribe(to_float(resample(heard, RATE_HZ)), SHORT_WINDOW_S)
                errors[way].append(letter_errors(text, wrote))
                scored = gate.measure(text, heard)
                right[way].append((scored.taken_for == text, scored.heard_as == text, scored.score))
                moved[way] += movements(each, sound.rate_hz, vowels)
                if given.sounds:
                    given.sounds.mkdir(parents=True, exist_ok=True)
                    name = f"{speaker}_{drawn.index(text):02}_{WAYS.index(way)}.opus"
                    (given.sounds / name).write_bytes(encoded(heard))
        for way in WAYS:
            differs = np.array(errors[way]) - np.array(errors[WAYS[0]])
            second, own, scores = zip(*right[way], strict=True)
            print(
                f"{speaker:6} {way:17} n {len(second)}  letter errors {np.mean(errors[way]):.1%} "
                f"({np.mean(differs):+.1%} ±{1.96 * np.std(differs) / len(differs) ** 0.5:.1%})  second ear "
                f"{sum(second)}, {np.median(scores):.2f}  model {sum(own)}  {told_apart(moved[way])}",
                flush=True,
            )


if __name__ == "__main__":
    main()
