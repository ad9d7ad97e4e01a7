"""A night in audio time: microphone, hearing, dialogue and loudspeaker move together, 20 ms by 20 ms.

Everything is the real part but time and devices, so a recording is at once a test, a bug report and a demo.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from skill.audio.samples import FRAME_S, Samples
from skill.hearing.capture.microphone import Microphone, MicrophoneEnded
from skill.hearing.duplex import Duplex, Ear
from skill.hearing.listener import HearingEvent
from skill.service.clock import VirtualClock
from skill.service.duties.own_voice import Pieces
from skill.service.engine import Engine
from skill.speaking.loudspeaker.monitor import Monitor
from skill.speaking.loudspeaker.wav import WavLoudspeaker


class ListenerEars:
    """A listener in this process, as the engine's ears."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._monitor = Monitor()
        self._pieces = Pieces()

    def listen(self, grammar: str) -> None:
        self._ear.listen(grammar)

    def own_voice(self, playing: bool) -> None:
        self._ear.own_voice(playing)

    def feed(self, frame: bytes, at_s: float) -> list[HearingEvent]:
        return self._ear.feed(frame, at_s)

    def played(self, said: Samples, rate_hz: int, now_s: float) -> None:
        """What has sounded until now: a frame late for the ear, but so it is every time."""
        if not isinstance(self._ear, Duplex):
            return
        self._monitor.take(said, rate_hz, now_s)
        while not self._monitor.blocks.empty():
            block = self._monitor.blocks.get()
            for piece in self._pieces.of(block) if block is not None else []:
                self._ear.played(piece)


class Lockstep:
    """Moves one night forward. `on_frame` sees each frame of both sides: (microphone, loudspeaker)."""

    def __init__(
        self,
        engine: Engine,
        clock: VirtualClock,
        microphone: Microphone,
        ears: ListenerEars,
        loudspeaker: WavLoudspeaker,
        on_frame: Callable[[Samples, Samples], None] = lambda _heard, _said: None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._microphone = microphone
        self._ears = ears
        self._loudspeaker = loudspeaker
        self._on_frame = on_frame
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
        self._ears.played(said, self._loudspeaker.rate_hz, self._clock.now_s())
        for event in self._ears.feed(frame, self._clock.now_s()):
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
