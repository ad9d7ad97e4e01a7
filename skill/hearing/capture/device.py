"""The live microphone, found by name, through PortAudio.

PortAudio numbers devices afresh at every start and freezes its list, so a device is named, never numbered,
and the list is renewed before each opening. That kills all streams of the process: hearing has its own.
"""

from __future__ import annotations

import queue
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from skill.audio.resample import Resampler
from skill.audio.samples import FRAME_S, RATE_HZ, Framer, to_int16
from skill.errors import AudioError

BLOCK_FRAMES = 2  # half the wake-ups of single frames


@dataclass(frozen=True, slots=True)
class InputDevice:
    """A microphone that the system knows."""

    name: str
    channels: int
    rate_hz: int
    is_default: bool


def load_portaudio(renew: bool = False) -> Any:
    """The sounddevice module; raises AudioError with the one line to type where PortAudio is missing.

    `renew` makes PortAudio look at the system's devices again; all open streams of this process end.
    """
    try:
        import sounddevice
    except OSError as error:
        linux = sys.platform == "linux"
        command = "sudo apt install libportaudio2" if linux else "pip install --force-reinstall sounddevice"
        raise AudioError(f"PortAudio mangler, så mikrofonen kan ikke brukes. Skriv: {command}") from error
    if renew:
        sounddevice._terminate()
        sounddevice._initialize()
    return sounddevice


def input_devices(renew: bool = False) -> tuple[InputDevice, ...]:
    """All microphones, the default one first. Raises AudioError where PortAudio is missing."""
    audio = load_portaudio(renew)
    default = audio.default.device[0]
    found = [
        InputDevice(d["name"], d["max_input_channels"], round(d["default_samplerate"]), number == default)
        for number, d in enumerate(audio.query_devices())
        if d["max_input_channels"] > 0
    ]
    return tuple(sorted(found, key=lambda device: not device.is_default))


def find_device(audio: Any, name: str) -> tuple[int, dict[str, Any]]:
    """Number and description of the microphone `name`: the same name, else one holding it ("": default)."""
    found = [(i, d) for i, d in enumerate(audio.query_devices()) if d["max_input_channels"] > 0]
    if not found:
        raise AudioError(
            "Finner ingen mikrofon, så apparatet er døvt. "
            "Sett en mikrofon i en USB-inngang; den tas i bruk av seg selv."
        )
    if not name:
        default = audio.default.device[0]
        return next(((i, d) for i, d in found if i == default), found[0])
    for same in (lambda d: d["name"] == name, lambda d: name.casefold() in d["name"].casefold()):
        for i, d in found:
            if same(d):
                return i, d
    others = ", ".join(f"«{d['name']}»" for _, d in found)
    raise AudioError(
        f"Finner ikke mikrofonen «{name}», så apparatet er døvt. "
        f"Koble den til igjen, eller velg en annen: {others}."
    )


class DeviceMicrophone:
    """Frames from a sound card. Resampled and mixed down where it can't do 16 kHz mono itself.

    Opening raises AudioError. A stream that dies shows as `read` giving None; who holds it opens a new one.
    """

    def __init__(self, name: str = "", renew: bool = False) -> None:
        audio = load_portaudio(renew)
        number, device = find_device(audio, name)
        self._name = str(device["name"])
        self._blocks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._frames: list[bytes] = []
        self._framer = Framer()
        self._channels, self._rate_hz = _settings(audio, number, device)
        self._resampler = Resampler(self._rate_hz, RATE_HZ) if self._rate_hz != RATE_HZ else None
        self.overflows = 0
        try:
            self._stream = audio.RawInputStream(
                device=number,
                channels=self._channels,
                samplerate=self._rate_hz,
                dtype="int16",
                blocksize=BLOCK_FRAMES * round(self._rate_hz * FRAME_S),
                callback=self._take,
            )
            self._stream.start()
        except audio.PortAudioError as error:
            raise AudioError(
                f"Får ikke åpnet mikrofonen «{self._name}» ({error}), så apparatet er døvt. "
                "Sjekk at den ikke er i bruk av et annet program; det prøves igjen av seg selv."
            ) from error

    @property
    def name(self) -> str:
        return self._name

    @property
    def lag_s(self) -> float:
        return (BLOCK_FRAMES * self._blocks.qsize() + len(self._frames)) * FRAME_S

    def read(self, timeout_s: float) -> bytes | None:
        while not self._frames:
            try:
                block = self._blocks.get(timeout=timeout_s)
            except queue.Empty:
                return None
            self._frames = self._framer.feed(self._mono(block))
        return self._frames.pop(0)

    def close(self) -> None:
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)

    def _mono(self, block: bytes) -> np.ndarray[Any, np.dtype[np.int16]]:
        samples = np.frombuffer(block, np.int16)
        if self._channels == 1 and self._resampler is None:
            return samples
        mono = samples.reshape(-1, self._channels).astype(np.float32).mean(axis=1) / 32768.0
        return to_int16(self._resampler.feed(mono) if self._resampler else mono)

    def _take(self, data: Any, _count: int, _time: Any, status: Any) -> None:
        if status.input_overflow:
            self.overflows += 1
        self._blocks.put(bytes(data))


def _settings(audio: Any, number: int, device: dict[str, Any]) -> tuple[int, int]:
    """Channels and rate: 16 kHz mono where the device can, else what it does by itself."""
    own_hz = round(device["default_samplerate"])
    most = int(device["max_input_channels"])
    for channels, rate_hz in [(1, RATE_HZ), (1, own_hz), (min(2, most), own_hz), (most, own_hz)]:
        try:
            audio.check_input_settings(device=number, channels=channels, dtype="int16", samplerate=rate_hz)
        except (audio.PortAudioError, ValueError):
            continue
        return channels, rate_hz
    return most, own_hz
