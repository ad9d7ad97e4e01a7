"""PortAudio's output devices, by name."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from skill.errors import AudioError

Callback = Callable[[Any, int, Any, Any], None]
"""(block of shape (frames, channels) int16, frames, times, status), as python-sounddevice has it."""

_LATENCY_S = 0.08  # asked of the driver: below what is felt, above what a busy small machine needs
_CLOSE_LIMIT_S = 1.0


@dataclass(frozen=True, slots=True)
class OutputDevice:
    """An output as PortAudio lists it; `index` holds until PortAudio is restarted."""

    index: int
    name: str
    channels: int
    rate_hz: int
    is_default: bool


class OutputStream:
    """One open stream."""

    def __init__(self, stream: Any, device: OutputDevice) -> None:
        self._stream = stream
        self.device = device
        self.rate_hz = device.rate_hz
        self.latency_s = float(stream.latency)
        self._closer: threading.Thread | None = None

    @property
    def active(self) -> bool:
        """False when the driver says that the device is gone; True proves nothing."""
        try:
            return bool(self._stream.active)
        except Exception:  # PortAudio was restarted below it
            return False

    def start(self) -> None:
        try:
            self._stream.start()
        except Exception as error:
            raise _cannot_open(self.device.name, error) from error

    def pause(self) -> None:
        """Take the device's load off until the next `start`."""
        try:
            self._stream.abort()
        except Exception as error:
            raise _cannot_open(self.device.name, error) from error

    def close(self) -> bool:
        """Close without waiting for what plays; False when the driver hangs. Ask again whether it has come to."""

        def abort() -> None:
            self._stream.close(ignore_errors=True)

        if self._closer is None:
            self._closer = threading.Thread(target=abort, name="loudspeaker-close", daemon=True)
            self._closer.start()
        self._closer.join(_CLOSE_LIMIT_S)
        return not self._closer.is_alive()


def output_devices() -> tuple[OutputDevice, ...]:
    """All outputs; empty when there is none. Raises AudioError when PortAudio is missing."""
    sounddevice = _sounddevice()
    try:
        default = sounddevice.default.device[1]
        return tuple(
            OutputDevice(
                index,
                info["name"],
                int(info["max_output_channels"]),
                int(info["default_samplerate"]),
                index == default,
            )
            for index, info in enumerate(sounddevice.query_devices())
            if info["max_output_channels"] > 0
        )
    except sounddevice.PortAudioError as error:
        raise AudioError(f"Lydsystemet svarer ikke ({error}); kjører det?") from error


def choose(name: str, devices: tuple[OutputDevice, ...]) -> OutputDevice:
    """The device with this name, or whose name contains it; "" is the default. Raises AudioError."""
    if not devices:
        raise AudioError(
            "Det finnes ingen høyttaler, så ingenting blir sagt før en er koblet til. "
            "Er den det, må brukeren få lov å bruke den (på Linux: gruppen audio)."
        )
    if not name:
        return next((device for device in devices if device.is_default), devices[0])
    wished = name.casefold()
    for matches in (
        [device for device in devices if device.name.casefold() == wished],
        [device for device in devices if wished in device.name.casefold()],
    ):
        if matches:
            return matches[0]
    names = ", ".join(f"«{device.name}»" for device in devices)
    raise AudioError(
        f"Høyttaleren «{name}» er borte, så ingenting blir sagt før den er tilbake. "
        f"Koble den til, eller velg en annen i innstillingene: {names}."
    )


def open_output(name: str, callback: Callback) -> OutputStream:
    """An open stream, not started. Raises AudioError."""
    device = choose(name, output_devices())
    sounddevice = _sounddevice()
    last: Exception | None = None
    for channels in dict.fromkeys((1, min(2, device.channels))):  # some cards take nothing but stereo
        try:
            stream = sounddevice.OutputStream(
                device=device.index,
                samplerate=device.rate_hz,
                channels=channels,
                dtype="int16",
                latency=_LATENCY_S,
                callback=callback,
            )
            return OutputStream(stream, device)
        except Exception as error:
            last = error
    raise _cannot_open(device.name, last) from last


def restart_portaudio() -> None:
    """PortAudio lists devices once, at its start: this makes it look again. It ends all its streams."""
    sounddevice = _sounddevice()
    try:
        with _quiet():
            sounddevice._terminate()
            sounddevice._initialize()
    except Exception as error:
        raise AudioError(f"Lydsystemet lot seg ikke starte på nytt ({error}).") from error


def _cannot_open(name: str, error: Exception | None) -> AudioError:
    return AudioError(
        f"Høyttaleren «{name}» kan ikke åpnes ({error}), så ingenting blir sagt før det går. "
        "Kanskje bruker et annet program den. Apparatet prøver hele tiden."
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the dozens of lines that ALSA and JACK write to standard error whenever devices are listed."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _sounddevice() -> Any:
    try:
        if "sounddevice" in sys.modules:
            return sys.modules["sounddevice"]
        with _quiet():
            return importlib.import_module("sounddevice")
    except OSError as error:  # PortAudio's library is not part of the Linux wheel
        raise AudioError(
            "PortAudio mangler, så apparatet kan verken høre eller snakke. "
            "På Debian, Ubuntu og Raspberry Pi OS: sudo apt install libportaudio2"
        ) from error
    except ImportError as error:
        raise AudioError(
            "Pakken sounddevice mangler, så apparatet kan ikke snakke: pip install sounddevice"
        ) from error
