"""Ordinary sentences, which must start nothing: those that ship spoken, and some that this machine's voice says now."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from skill.audio.samples import RATE_HZ, Samples
from skill.audio.sound import resample
from skill.content.phrases import PhraseBook
from skill.errors import VoiceError
from skill.hearing.recognise.grammar import normalised
from skill.languages import Language
from skill.speaking.pack.pack_voice import SPEAKERS, SpokenPack
from skill.speaking.pack.sentences import sentences_of
from skill.speaking.voices.voice import Voice

LONGEST_S = 4.0
_RATES_WPM = (120, 160)


def shipped(
    folder: Path, language: Language, texts: Sequence[str], book: PhraseBook, count: int
) -> Iterator[tuple[str, Samples]]:
    """Up to `count` sentences of what the device says, by its speakers in turn; none that holds a start phrase."""
    spoken_in: Language = "nn" if language == "nn" else "nb"
    packs = [SpokenPack(folder / spoken_in / speaker) for speaker in SPEAKERS]
    cries = [normalised(phrase.text) for phrase in book.live("idle")]
    sentences = sorted({sentence for text in texts for sentence in sentences_of(text)})
    ordinary = [each for each in sentences if not _holds(each, cries)]
    step = max(1, len(ordinary) // max(1, count))
    for number, sentence in enumerate(ordinary[::step][:count]):
        pack = packs[number % len(packs)]
        if not pack.says(sentence):
            continue
        with contextlib.suppress(VoiceError):
            sound = resample(pack.sound(sentence, 120), RATE_HZ).samples
            yield sentence, sound[: round(LONGEST_S * RATE_HZ)]


def _holds(sentence: str, cries: Sequence[str]) -> bool:
    text = f" {normalised(sentence.lower())} "
    return any(f" {cry} " in text for cry in cries)


def synthesised(voice: Voice, texts: Sequence[str], language: Language) -> Iterator[tuple[str, Samples]]:
    """Each at one of two rates; what can't be said is left out."""
    for number, text in enumerate(texts):
        with contextlib.suppress(VoiceError):
            sound = voice.render(text, language, _RATES_WPM[number % len(_RATES_WPM)])
            yield text, resample(sound, RATE_HZ).samples[: round(LONGEST_S * RATE_HZ)]
