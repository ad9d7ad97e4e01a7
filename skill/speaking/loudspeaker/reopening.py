"""The output device of a name, opened again all night, whatever its driver doesn't come back from."""

from __future__ import annotations

from skill.audio.portaudio import keep_portaudio, load_portaudio
from skill.background_call import BackgroundCall
from skill.errors import AudioError
from skill.messages.message import Message
from skill.speaking.loudspeaker.output_device import Callback, OutputStream, open_output


class Reopening:
    """For one thread; `in_a_call` may be asked from any."""

    def __init__(self, name: str, callback: Callback) -> None:
        self._name = name
        self._callback = callback
        self._opening: BackgroundCall[OutputStream] | None = None  # that hasn't come back yet
        self._stuck: list[OutputStream] = []  # their driver doesn't come back from starting or closing them
        self._outdated = False

    @property
    def in_a_call(self) -> bool:
        """The sound system hasn't come back from all calls."""
        return self._opening is not None or bool(self._stuck)

    def open(self, within_s: float) -> OutputStream:
        """A stream that isn't started. Raises AudioError; one that came too late is given by the next call."""
        if self._opening is None:
            self._opening = BackgroundCall("loudspeaker-open", self._opened)
        if not self._opening.returned(within_s):
            raise AudioError(Message("speaking.system_hangs"))
        opening, self._opening = self._opening, None
        return opening.result()

    def let_go(self, stream: OutputStream) -> None:
        if not stream.close():
            self._stuck.append(stream)
            keep_portaudio()

    def device_lost(self) -> None:
        """PortAudio's list of devices is out of date."""
        self._outdated = True

    def _opened(self) -> OutputStream:
        """Renewing PortAudio would close every stream, and never come back from one that is stuck in a call."""
        self._stuck = [stream for stream in self._stuck if not stream.close()]
        if self._outdated and not self._stuck:
            self._outdated = False
            load_portaudio(renew=True)
        return open_output(self._name, self._callback)
