"""An output stream of PortAudio, on the device of a name."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from skill.audio.portaudio import AudioDevice, ChosenDevice, choose_device, list_devices, load_portaudio
from skill.background_call import BackgroundCall
from skill.errors import AudioError
from skill.messages.message import Message

Callback = Callable[[Any, int, Any, Any], None]
"""(block of shape (frames, channels) int16, frames, times, status), as python-sounddevice has it."""

_LATENCY_S = 0.08  # asked of the driver: below what is felt, above what a busy small machine needs
_START_LIMIT_S = 1.5  # PortAudio itself waits for a second
_CLOSE_LIMIT_S = 1.0


class OutputStream:
    """One open stream.

    It is started once and closed, never paused and started again: PortAudio doesn't come back from starting a stream
    whose device has gone meanwhile (https://github.com/PortAudio/portaudio/issues/535), and ends the process when
    such a stream is closed.
    """

    def __init__(self, stream: Any, chosen: ChosenDevice, released: threading.Event) -> None:
        self._stream = stream
        self._released = released
        self.device = chosen.device
        self.instead_of = chosen.instead_of
        self.rate_hz = chosen.device.rate_hz
        self.latency_s = float(stream.latency)
        self._starting: BackgroundCall[object] | None = None
        self._closing: BackgroundCall[object] | None = None

    @property
    def active(self) -> bool:
        """False when the driver says that the device is gone; True proves nothing."""
        try:
            return bool(self._stream.active)
        except Exception:  # PortAudio was restarted below it
            return False

    def start(self) -> None:
        """Raises AudioError, also where the driver doesn't come back in time."""
        self._starting = BackgroundCall("loudspeaker-start", self._stream.start)
        if not self._starting.returned(_START_LIMIT_S):
            raise AudioError(Message("speaking.system_hangs"))
        try:
            self._starting.result()
        except Exception as error:
            raise _cannot_open(self.device.name, error) from error

    def close(self) -> bool:
        """Close without waiting for what plays; False while the driver hangs. Ask again whether it has come to."""

        def abort() -> None:
            self._stream.close(ignore_errors=True)

        self._released.set()
        limit_s = 0.0
        if self._closing is None:
            self._closing = BackgroundCall("loudspeaker-close", abort, self._starting)
            limit_s = _CLOSE_LIMIT_S
        return self._closing.returned(limit_s)


def choose(name: str, devices: tuple[AudioDevice, ...]) -> ChosenDevice:
    """The device called `name` ("" is the default), or what stands in for a missing one. Raises AudioError."""
    chosen = choose_device(name, devices)
    if chosen is None:
        raise AudioError(Message("speaking.no_loudspeaker"))
    return chosen


def open_output(name: str, callback: Callback) -> OutputStream:
    """An open stream, not started; once it is being closed it is silent and asks for nothing. Raises AudioError."""
    released = threading.Event()

    def fill(block: Any, frames: int, times: Any, status: Any) -> None:
        if released.is_set():
            block.fill(0)
        else:
            callback(block, frames, times, status)

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
                callback=fill,
            )
            return OutputStream(stream, chosen, released)
        except Exception as error:
            last = error
    raise _cannot_open(device.name, last) from last


def _cannot_open(name: str, error: Exception | None) -> AudioError:
    return AudioError(Message("speaking.loudspeaker_not_opened", name=name, error=error))
