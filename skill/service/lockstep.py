"""A night in audio time: microphone, hearing, dialogue and loudspeaker move together, 20 ms by 20 ms.

Everything is the real part but time and devices, so a recording is at once a test, a bug report and a demo.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from skill.events import Heard
from skill.hearing.frames import FRAME_S, Samples
from skill.hearing.listener import Listener
from skill.hearing.microphone import Microphone, MicrophoneEnded
from skill.service.clock import VirtualClock
from skill.service.engine import Engine
from skill.speaking.wav_loudspeaker import WavLoudspeaker


class ListenerEars:
    """A listener in this process, as the engine's ears."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def listen(self, grammar: str) -> None:
        self._listener.listen(grammar)

    def own_voice(self, playing: bool) -> None:
        self._listener.own_voice(playing)


class Lockstep:
    """Moves one night forward. `on_frame` sees each frame of both sides: (microphone, loudspeaker)."""

    def __init__(
        self,
        engine: Engine,
        clock: VirtualClock,
        microphone: Microphone,
        listener: Listener,
        loudspeaker: WavLoudspeaker,
        on_frame: Callable[[Samples, Samples], None] = lambda _heard, _said: None,
        on_heard: Callable[[Heard], None] = lambda _: None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._microphone = microphone
        self._listener = listener
        self._loudspeaker = loudspeaker
        self._on_frame = on_frame
        self._on_heard = on_heard
        self.quiet_s = 0.0  # for how long nothing has been said by the device

    def step(self) -> bool:
        """One frame; False when the recording has ended."""
        try:
            frame = self._microphone.read(0.0)
        except MicrophoneEnded:
            return False
        if frame is None:
            return True
        self._clock.advance(FRAME_S)
        said = self._loudspeaker.advance(FRAME_S)  # may end a sentence
        self._engine.fire_due_timers()
        for event in self._listener.feed(frame, self._clock.now_s()):
            if isinstance(event, Heard):
                self._on_heard(event)
            self._engine.handle(event)
        self.quiet_s = 0.0 if self._loudspeaker.playing else self.quiet_s + FRAME_S
        self._on_frame(np.frombuffer(frame, np.int16), said)
        return True

    def run(self, done: Callable[[], bool], limit_s: float) -> bool:
        """Until `done`, the recording's end, or `limit_s` of the night; True when `done`."""
        end_s = self._clock.now_s() + limit_s
        while self._clock.now_s() < end_s:
            if not self.step():
                return done()
            if done():
                return True
        return False
