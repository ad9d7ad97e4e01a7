"""Where frames come from: recordings, pipes and scripts. The live device is in `device.py`.

All give 20 ms frames of 16 kHz mono 16-bit samples (640 bytes), whatever the source has.
"""

from __future__ import annotations

import os
import select
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from skill.audio.resample import Resampler
from skill.audio.samples import FRAME_BYTES, FRAME_S, RATE_HZ, SILENCE, Framer, Samples, to_int16
from skill.errors import AudioError
from skill.hearing.capture.channels import ChannelChooser
from skill.messages.message import Message

_FULL_SCALES = (1.0, 2.0**15, 2.0**23, 2.0**31)  # of float samples
_OVER = 4.0  # samples of a loud recording may lie this far above full scale
_LOOK_S = 10


class MicrophoneEnded(Exception):
    """The recording has been read to its end."""


@dataclass(frozen=True, slots=True)
class SourceCondition:
    """What else is known of a source of frames."""

    instead_of: str = ""  # the name that was asked for, where another device stands in for it
    chosen_is_back: bool = False  # that one is there again: open anew
    dropped: int = 0  # blocks lost since it was opened, because the machine was too busy
    recorded: bool = False  # opened anew it would begin from its beginning


class Microphone(Protocol):
    """A source of frames."""

    @property
    def name(self) -> str:
        """What a person would call it."""
        ...

    @property
    def lag_s(self) -> float:
        """Seconds of sound that have come in and wait behind the frame read last."""
        ...

    @property
    def condition(self) -> SourceCondition: ...

    def read(self, timeout_s: float) -> bytes | None:
        """The next frame; None when none came within `timeout_s`.

        Raises `MicrophoneEnded` after the last frame of a recording, `AudioError` when the source broke.
        """
        ...

    def close(self) -> None: ...


class _AsChosen:
    """What is no device is always the one that was asked for."""

    @property
    def condition(self) -> SourceCondition:
        return SourceCondition()


class _NoLag(_AsChosen):
    """What is read when it is wanted never waits."""

    @property
    def lag_s(self) -> float:
        return 0.0


class WavMicrophone(_NoLag):
    """A sound file of any rate, channel count and sample format, read as fast as one asks.

    The channel is chosen in which most can be heard. Long files are read in pieces, so a night takes no memory.
    """

    def __init__(self, path: Path) -> None:
        import soundfile

        self._path = path
        if not path.is_file():
            raise AudioError(Message("hearing.recording_not_found", path=path))
        if path.stat().st_size == 0:
            raise AudioError(Message("hearing.recording_empty", path=path))
        try:
            self._file = soundfile.SoundFile(str(path))
        except (soundfile.LibsndfileError, RuntimeError, TypeError) as error:
            raise AudioError(Message("hearing.recording_unreadable", path=path, error=error)) from error
        if self._file.frames == 0:
            self._file.close()
            raise AudioError(Message("hearing.recording_without_length", path=path))
        self._frames = self._read()

    @property
    def name(self) -> str:
        return self._path.name

    def read(self, timeout_s: float = 0.0) -> bytes | None:
        del timeout_s  # a recording keeps nobody waiting
        frame = next(self._frames, None)
        if frame is None:
            raise MicrophoneEnded(self.name)
        return frame

    def close(self) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[bytes]:
        return self._frames

    def _read(self) -> Iterator[bytes]:
        rate_hz = self._file.samplerate
        resampler = Resampler(rate_hz, RATE_HZ) if rate_hz != RATE_HZ else None
        chooser = ChannelChooser(rate_hz, self._file.channels)
        scale, framer = self._scale(), Framer()
        for block in self._file.blocks(blocksize=rate_hz, dtype="float32", always_2d=True):
            mono = chooser.feed(np.nan_to_num(block) * np.float32(scale))
            yield from framer.feed(to_int16(resampler.feed(mono) if resampler else mono))
        if resampler:
            yield from framer.feed(to_int16(resampler.flush()))
        yield from framer.flush()

    def _scale(self) -> float:
        """Samples of some programs' float files are ±32768, or as large as 24 or 32 bits, where full scale is 1."""
        if self._file.subtype not in ("FLOAT", "DOUBLE"):
            return 1.0
        first = np.nan_to_num(self._file.read(_LOOK_S * self._file.samplerate, dtype="float32"))
        self._file.seek(0)
        largest = float(np.max(np.abs(first), initial=0.0))
        return scale_of(largest)


def scale_of(largest: float) -> float:
    """What float samples with this largest one are multiplied by, so that 1 is full scale; 0 for nonsense."""
    return next((1.0 / scale for scale in _FULL_SCALES if largest <= _OVER * scale), 0.0)


class ScriptedMicrophone(_NoLag):
    """A room in which someone speaks on cue: silence, or `room` round and round, and what is `say`-ed."""

    def __init__(self, room: Samples | None = None, name: str = "script") -> None:
        self._name = name
        self._room = room if room is not None and len(room) else None
        self._at = 0
        self._spoken: deque[int] = deque()

    @property
    def name(self) -> str:
        return self._name

    @property
    def speaking(self) -> bool:
        return bool(self._spoken)

    def say(self, samples: Samples) -> None:
        """Queue samples; they begin with the next frame, after what is queued already."""
        self._spoken.extend(samples.tolist())

    def read(self, timeout_s: float = 0.0) -> bytes | None:
        del timeout_s
        size = FRAME_BYTES // 2
        mixed = np.zeros(size, dtype=np.int32)
        if self._room is not None:
            places = (self._at + np.arange(size)) % len(self._room)
            mixed += self._room[places]
            self._at += size
        spoken = [self._spoken.popleft() for _ in range(min(size, len(self._spoken)))]
        mixed[: len(spoken)] += np.asarray(spoken, dtype=np.int32)
        return np.clip(mixed, -32768, 32767).astype(np.int16).tobytes()

    def close(self) -> None: ...


class PipeMicrophone(_AsChosen):
    """Raw little-endian 16-bit mono samples at 16 kHz from a named pipe or an open file descriptor."""

    def __init__(self, source: Path | int) -> None:
        self._name = Message("hearing.pipe", source=source)
        try:
            self._descriptor = (
                source if isinstance(source, int) else os.open(source, os.O_RDONLY | os.O_NONBLOCK)
            )
        except OSError as error:
            raise AudioError(
                Message("hearing.pipe_unreadable", source=source, error=error.strerror)
            ) from error
        self._rest = b""

    @property
    def name(self) -> str:
        return self._name

    @property
    def lag_s(self) -> float:
        """A frame, when there is anything at all: how much can't be asked everywhere."""
        return FRAME_S if select.select([self._descriptor], [], [], 0)[0] else 0.0

    def read(self, timeout_s: float) -> bytes | None:
        until = time.monotonic() + timeout_s
        while len(self._rest) < FRAME_BYTES:
            left_s = max(0.0, until - time.monotonic())
            if not select.select([self._descriptor], [], [], left_s)[0]:
                return None
            data = os.read(self._descriptor, FRAME_BYTES - len(self._rest))
            if not data:
                raise MicrophoneEnded(self.name)
            self._rest += data
        frame, self._rest = self._rest, b""
        return frame

    def close(self) -> None:
        os.close(self._descriptor)


class PacedMicrophone(_AsChosen):
    """Another microphone at the pace of real time, so that a recording behaves like a live device.

    At the end of the recording comes silence for ever unless `endless` is False.
    """

    def __init__(self, inner: Microphone, endless: bool = True, speed: float = 1.0) -> None:
        self._inner = inner
        self._endless = endless
        self._frame_s = FRAME_S / speed
        self._ended = False
        self._due_s = time.monotonic()

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def lag_s(self) -> float:
        """In seconds of this pace."""
        behind_s = time.monotonic() - self._due_s
        return (behind_s // self._frame_s + 1) * self._frame_s if behind_s >= 0 else 0.0

    @property
    def condition(self) -> SourceCondition:
        return SourceCondition(recorded=True)

    def read(self, timeout_s: float) -> bytes | None:
        now_s = time.monotonic()
        self._due_s = max(self._due_s, now_s - 1.0)
        wait_s = self._due_s - now_s
        if wait_s > timeout_s:
            time.sleep(timeout_s)
            return None
        if wait_s > 0:
            time.sleep(wait_s)
        self._due_s += self._frame_s
        if not self._ended:
            try:
                return self._inner.read(timeout_s)
            except MicrophoneEnded:
                if not self._endless:
                    raise
                self._ended = True
        return SILENCE

    def close(self) -> None:
        self._inner.close()
