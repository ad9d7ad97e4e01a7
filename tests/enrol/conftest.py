"""One synthetic person and the real ears. SYNTHETIC: proves paths, not accuracy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from skill.audio.samples import RATE_HZ, Samples
from skill.content.phrases import PhraseBook, load_phrases
from skill.enrol.both_ears import BothEars
from skill.enrol.readings import Readings, load_readings
from skill.hearing.recognise.recogniser import VoskModel
from skill.paths import models_dir, prompts_dir
from tests.hearing.speech import rendered

STARTS = ("krampe i leggen", "jeg har krampe")


@pytest.fixture(scope="session")
def book() -> PhraseBook:
    return load_phrases(prompts_dir(), "nb")


@pytest.fixture(scope="session")
def readings(book: PhraseBook) -> Readings:
    return load_readings(prompts_dir(), "nb", book)


@pytest.fixture(scope="session")
def ears(book: PhraseBook) -> BothEars:
    return BothEars(VoskModel(models_dir() / "nb"), models_dir() / "second_ear", book)


def in_a_bedroom(sound: Samples, seed: int = 0) -> Samples:
    """With a quiet room before, under and after it."""
    around = np.zeros(RATE_HZ // 2)
    padded = np.concatenate([around, sound * 0.5, around])
    return (padded + np.random.default_rng(seed).normal(0, 8, len(padded))).astype(np.int16)


def read_by(voice: str, folder: Path, texts: tuple[str, ...] = STARTS, as_if: str = "") -> Path:
    """Each text at two rates in a folder, named by what is said, or by `as_if`."""
    folder.mkdir(exist_ok=True)
    for text in texts:
        for number, rate_wpm in enumerate((120, 160), 1):
            path = folder / f"{(as_if or text).replace(' ', '_')}_{number}.wav"
            while path.exists():
                path = path.with_name(f"{path.stem}{number}.wav")
            soundfile.write(path, in_a_bedroom(rendered(text, voice, rate_wpm)), RATE_HZ)
    return folder
