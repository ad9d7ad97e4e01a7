"""Recordings of what the simulated person says: prompts/demo/clips/<voice>/<words_joined>.flac."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from skill.audio.samples import Samples
from skill.errors import ContentError
from skill.hearing.capture.microphone import WavMicrophone
from skill.messages.message import Message


def load_clips(folder: Path, voice: str, wordings: Iterable[str]) -> dict[str, Samples]:
    """The wordings as 16 kHz samples.

    Raises:
        ContentError: a recording is missing; says which.
    """
    clips = {}
    for wording in wordings:
        path = folder / voice / f"{wording.replace(' ', '_')}.flac"
        if not path.is_file():
            raise ContentError(Message("commands.clip_missing", path=path))
        clips[wording] = np.frombuffer(b"".join(WavMicrophone(path)), np.int16)
    return clips
