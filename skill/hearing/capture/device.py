"""The live microphone, found by name, through PortAudio.

PortAudio numbers devices afresh at every start and freezes its list, so a device is named, never numbered,
and the list is renewed before each opening. That kills all streams of the process: hearing has its own.
"""

from __future__ import annotations

import queue
from collections.abc import Sequence
from typing import Any

import numpy as np

from skill.audio.portaudio import AudioDevice, ChosenDevice, choose_device, list_devices, load_portaudio
from skill.audio.resample import Resampler
from skill.audio.return_watch import ReturnWatch
from skill.audio.samples import FRAME_S, RATE_HZ, Framer, to_int16
from skill.errors import AudioError
from skill.hearing.capture.channels import ChannelChooser
from skill.hearing.capture.microphone import SourceCondition
from skill.messages.message import Message

BLOCK_FRAMES = 2  # half the wake-ups of single frames


def input_devices(renew: bool = False) -> tuple[AudioDevice, ...]:
    """All microphones, the default one first. Raises AudioError where PortAudio is missing."""
    return tuple(sorted(list_devices("input", renew), key=lambda device: not device.is_default))


def find_microphone(name: str, devices: Sequence[AudioDevice]) -> ChosenDevice:
    """The microphone called `name` ("" is the default), or what stands in for a missing one.

    Raises AudioError where there is none at all.
    """
    chosen = choose_device(name, devices)
    if chosen is None:
        raise AudioError(Message("hearing.no_microphone"))
    return chosen


class DeviceMicrophone:
    """Frames from a sound card. Resampled, and one channel chosen, where it can't do 16 kHz mono itself.

    Opening raises AudioError. A stream that dies shows as `read` giving None; who holds it opens a new one.
    """

    def __init__(self, name: str = "", renew: bool = False) -> None:
        chosen = find_microphone(name, list_devices("input", renew))
        audio, device = load_portaudio(), chosen.device
        self._name = device.name
        self._instead_of = chosen.instead_of
        self._awaited = ReturnWatch(chosen.instead_of, "input") if chosen.instead_of else None
        self._blocks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._frames: list[bytes] = []
        self._framer = Framer()
        self._channels, self._rate_hz = _settings(audio, device)
        self._resampler = Resampler(self._rate_hz, RATE_HZ) if self._rate_hz != RATE_HZ else None
        self._chooser = ChannelChooser(self._rate_hz, self._channels)
        self._dropped = 0
        try:
            self._stream = audio.RawInputStream(
                device=device.index,
                channels=self._channels,
                samplerate=self._rate_hz,
                dtype="int16",
                blocksize=BLOCK_FRAMES * round(self._rate_hz * FRAME_S),
                callback=self._take,
            )
            self._stream.start()
        except audio.PortAudioError as error:
            raise AudioError(
                Message("hearing.microphone_not_opened", name=self._name, error=error)
            ) from error

    @property
    def name(self) -> str:
        return self._name

    @property
    def lag_s(self) -> float:
        return (BLOCK_FRAMES * self._blocks.qsize() + len(self._frames)) * FRAME_S

    @property
    def condition(self) -> SourceCondition:
        """Also looks, now and then, whether a missing device is back."""
        back = self._awaited is not None and self._awaited.is_back()
        return SourceCondition(self._instead_of, back, self._dropped)

    def read(self, timeout_s: float) -> bytes | None:
        while not self._frames:
            try:
                block = self._blocks.get(timeout=timeout_s)
            except queue.Empty:
                return None
            self._frames = self._framer.feed(self._mono(block))
        return self._frames.pop(0)

    def close(self) -> None:
        if self._awaited is not None:
            self._awaited.close()
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)

    def _mono(self, block: bytes) -> np.ndarray[Any, np.dtype[np.int16]]:
        samples = np.frombuffer(block, np.int16)
        if self._channels == 1 and self._resampler is None:
            return samples
        mono = self._chooser.feed(samples.reshape(-1, self._channels).astype(np.float32) / 32768.0)
        return to_int16(self._resampler.feed(mono) if self._resampler else mono)

    def _take(self, data: Any, _count: int, _time: Any, status: Any) -> None:
        if status.input_overflow:
            self._dropped += 1
        self._blocks.put(bytes(data))


def _settings(audio: Any, device: AudioDevice) -> tuple[int, int]:
    """Channels and rate: 16 kHz mono where the device can, else what it does by itself."""
    own_hz, most = device.rate_hz, device.channels
    for channels, rate_hz in [(1, RATE_HZ), (1, own_hz), (min(2, most), own_hz), (most, own_hz)]:
        try:
            audio.check_input_settings(
                device=device.index, channels=channels, dtype="int16", samplerate=rate_hz
            )
        except (audio.PortAudioError, ValueError):
            continue
        return channels, rate_hz
    return most, own_hz
