"""An output stream of PortAudio, on the device of a name."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from skill.audio.portaudio import AudioDevice, ChosenDevice, choose_device, list_devices, load_portaudio
from skill.errors import AudioError
from skill.messages.message import Message

Callback = Callable[[Any, int, Any, Any], None]
"""(block of shape (frames, channels) int16, frames, times, status), as python-sounddevice has it."""

_LATENCY_S = 0.08  # asked of the driver: below what is felt, above what a busy small machine needs
_CLOSE_LIMIT_S = 1.0


class OutputStream:
    """One open stream."""

    def __init__(self, stream: Any, chosen: ChosenDevice) -> None:
        self._stream = stream
        self.device = chosen.device
        self.instead_of = chosen.instead_of
        self.rate_hz = chosen.device.rate_hz
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


def choose(name: str, devices: tuple[AudioDevice, ...]) -> ChosenDevice:
    """The device called `name` ("" is the default), or what stands in for a missing one. Raises AudioError."""
    chosen = choose_device(name, devices)
    if chosen is None:
        raise AudioError(Message("speaking.no_loudspeaker"))
    return chosen


def open_output(name: str, callback: Callback) -> OutputStream:
    """An open stream, not started. Raises AudioError."""
    chosen = choose(name, list_devices("output"))
    device = chosen.device
    sounddevice = load_portaudio()
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
            return OutputStream(stream, chosen)
        except Exception as error:
            last = error
    raise _cannot_open(device.name, last) from last


def _cannot_open(name: str, error: Exception | None) -> AudioError:
    return AudioError(Message("speaking.loudspeaker_not_opened", name=name, error=error))
