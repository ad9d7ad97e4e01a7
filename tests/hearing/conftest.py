"""The real model and the real phrase book; nothing here stands in for our own code."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from skill.audio.samples import FRAME_BYTES, FRAME_S, Samples
from skill.content.phrases import PhraseBook, load_phrases
from skill.hearing.listener import HearingEvent, Listener
from skill.hearing.recognise.recogniser import VoskModel
from skill.paths import models_dir, prompts_dir
from tests.hearing.speech import mixed, noise, pause

ROOM = noise(3.0, -62.0)


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """models/nb, or the folder in $KRAMPEVAKT_MODEL."""
    folder = Path(os.environ.get("KRAMPEVAKT_MODEL") or models_dir() / "nb")
    if not (folder / "am" / "final.mdl").is_file():
        pytest.skip(f"no speech model in {folder}; set KRAMPEVAKT_MODEL to a Vosk folder")
    return folder


@pytest.fixture(scope="session")
def model(model_folder: Path) -> VoskModel:
    return VoskModel(model_folder)


@pytest.fixture(scope="session")
def book() -> PhraseBook:
    return load_phrases(prompts_dir(), "nb")


@pytest.fixture
def listener(model: VoskModel, book: PhraseBook) -> Listener:
    return Listener(model, book)


def frames_of(sound: Samples) -> Iterable[bytes]:
    data = sound.tobytes()
    for start in range(0, len(data) - FRAME_BYTES + 1, FRAME_BYTES):
        yield data[start : start + FRAME_BYTES]


class Bedside:
    """Lets a listener hear sounds one after the other in a quiet, not silent, room."""

    def __init__(self, listener: Listener, tell: Callable[[HearingEvent], None] | None = None) -> None:
        self.listener = listener
        self.now_s = 0.0
        self._tell = tell
        self.hear(pause(1.0))

    def hear(self, *sounds: Samples) -> list[HearingEvent]:
        events: list[HearingEvent] = []
        for sound in sounds:
            for frame in frames_of(mixed(sound, ROOM)):
                self.now_s += FRAME_S
                for event in self.listener.feed(frame, self.now_s):
                    events.append(event)
                    if self._tell:
                        self._tell(event)
        return events


@pytest.fixture
def bedside(listener: Listener) -> Bedside:
    return Bedside(listener)
