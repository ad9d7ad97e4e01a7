"""16-bit wav files: read, made in memory, and written piece by piece."""

from __future__ import annotations

import io
import wave
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np

from skill.audio.samples import Samples
from skill.audio.sound import Sound
from skill.errors import AudioError
from skill.messages.message import Message


class WavWriter:
    """A file that grows while sound comes in, or a stream. The head is put right by `close`, which closes a file.

    Raises AudioError, with the path, where the file can't be written.
    """

    def __init__(self, target: Path | BinaryIO, rate_hz: int, channels: int = 1) -> None:
        try:
            self._stream = target.open("wb") if isinstance(target, Path) else target
        except OSError as error:
            raise AudioError(Message("audio.file_not_written", path=target, error=error.strerror)) from error
        self._ours = isinstance(target, Path)
        self._file = wave.open(self._stream, "wb")  # noqa: SIM115  closed by close()
        self._file.setnchannels(channels)
        self._file.setsampwidth(2)
        self._file.setframerate(rate_hz)

    def write(self, samples: Samples) -> None:
        """Samples of shape (n,), or (n, channels)."""
        self._file.writeframesraw(samples.astype("<i2").tobytes())

    def close(self) -> None:
        self._file.close()
        if self._ours:
            self._stream.close()

    def __enter__(self) -> WavWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def wav_bytes(sound: Sound) -> bytes:
    """The sound as a whole 16-bit wav file."""
    buffer = io.BytesIO()
    with WavWriter(buffer, sound.rate_hz) as writer:
        writer.write(sound.samples)
    return buffer.getvalue()


def read_wav(source: Path | BinaryIO) -> Sound:
    """A 16-bit wav file of one or two channels (the first is taken), with the standard library alone."""
    name = source.name if isinstance(source, Path) else Message("audio.the_sound")
    try:
        with wave.open(str(source) if isinstance(source, Path) else source, "rb") as file:
            if file.getsampwidth() != 2:
                raise AudioError(Message("audio.wav_bits", name=name, bits=8 * file.getsampwidth()))
            raw = np.frombuffer(file.readframes(file.getnframes()), "<i2")
            return Sound(raw[:: file.getnchannels()].astype(np.int16), file.getframerate())
    except (wave.Error, EOFError, ValueError) as error:
        raise AudioError(Message("audio.wav_unreadable", name=name, error=error)) from error
    except OSError as error:
        raise AudioError(Message("audio.file_unreadable", name=name, error=error.strerror)) from error
