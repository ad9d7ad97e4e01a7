"""Where takes come from: a live microphone, or sound files read in order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile

from skill.audio.samples import FRAME_S, RATE_HZ
from skill.audio.sound import Sound, resample
from skill.collect.take import Take
from skill.errors import AudioError
from skill.hearing.capture.device import DeviceMicrophone
from skill.hearing.capture.microphone import scale_of
from skill.messages.message import Message

_SHORTEST_SPEECH_S = 2.5
_CLICK_FRAMES = round(0.1 / FRAME_S)  # a device's first 100 ms may hold a click
_SILENT_AFTER_S = 3.0  # without a frame: it was unplugged, or its driver hangs


def seconds_for(phrase: str) -> float:
    """How long to record: time to begin, to say it slowly, and some quiet after it."""
    return _SHORTEST_SPEECH_S + 0.5 * len(phrase.split())


class TakeRecorder(Protocol):
    """Records one take at a time."""

    def record(self, seconds: float, started: Callable[[], None]) -> Take:
        """About `seconds` of mono sound at 16 kHz; `started` is called once recording runs.

        Raises AudioError when there is no (more) sound to be had.
        """
        ...


class LiveTakeRecorder:
    """The microphone of this name, or the system's; opened for each take as the night opens it."""

    def __init__(self, name: str | None = None) -> None:
        self._name = name or ""

    def record(self, seconds: float, started: Callable[[], None]) -> Take:
        microphone = DeviceMicrophone(self._name)
        try:
            if microphone.condition.instead_of:
                raise AudioError(Message("collect.no_such_microphone", name=self._name))
            for _ in range(_CLICK_FRAMES):
                _frame(microphone)
            started()
            frames = [_frame(microphone) for _ in range(math.ceil(seconds / FRAME_S))]
            if microphone.condition.dropped:
                raise AudioError(Message("collect.machine_busy"))
        finally:
            microphone.close()
        return np.frombuffer(b"".join(frames), np.int16)


def _frame(microphone: DeviceMicrophone) -> bytes:
    frame = microphone.read(_SILENT_AFTER_S)
    if frame is None:
        raise AudioError(Message("collect.microphone_silent", name=microphone.name))
    return frame


class WavTakeRecorder:
    """Sound files in order, one for each take: recordings made elsewhere, of any sample format."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = iter(files)

    def record(self, seconds: float, started: Callable[[], None]) -> Take:
        del seconds  # a file is as long as it is
        path = next(self._files, None)
        if path is None:
            raise AudioError(Message("collect.no_more_files"))
        try:
            sound, rate_hz = soundfile.read(path, dtype="float64", always_2d=True)
        except (OSError, RuntimeError) as error:
            raise AudioError(Message("collect.no_sound_file", path=path, error=error)) from error
        started()
        mono = sound.mean(axis=1) * scale_of(float(np.max(np.abs(sound), initial=0.0))) * 32768
        samples = np.clip(np.rint(mono), -32768, 32767).astype(np.int16)
        return resample(Sound(samples, rate_hz), RATE_HZ).samples
