"""A listener that is told what our own loudspeaker plays, and hears a person through it.

As long as the canceller hasn't proven itself, or when it goes wrong, the listener gets what the microphone gave, and
is as strict with it as one that isn't told.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from skill.audio.samples import FRAME_S
from skill.hearing.echo.canceller import EchoCanceller
from skill.hearing.echo.own_sound import OwnSound, Played
from skill.hearing.echo.trust import EchoTrust, Residue
from skill.hearing.listener import HearingEvent, Listener


class Ear(Protocol):
    """What a microphone's frames go into: a listener alone, or one that is told what is played."""

    def listen(self, grammar: str) -> None: ...

    def own_voice(self, playing: bool) -> None: ...

    def feed(self, frame: bytes, at_s: float) -> list[HearingEvent]: ...


class Duplex:
    """While our own sound can be in the microphone, frames pass through the canceller and come a frame later."""

    def __init__(self, listener: Listener, lead_s: float = 0.0) -> None:
        self._listener = listener
        self._own = OwnSound(lead_s)
        self._canceller = EchoCanceller()
        self._trust = EchoTrust()
        self._residue = Residue()
        self._moved = self._late = 0
        self._playing = False
        self._echoing = 0  # frames until the echo of what was played last is over
        self._waiting: bytes | None = None  # the frame before, when its cleaned sound comes with the next

    @property
    def trusted(self) -> bool:
        """The listener hears what the canceller left."""
        return self._trust.trusted

    def listen(self, grammar: str) -> None:
        self._listener.listen(grammar)

    def own_voice(self, playing: bool) -> None:
        if playing and not self._playing:
            self._trust.lose()
        self._playing = playing
        self._listener.own_voice(playing)

    def played(self, piece: Played) -> None:
        """What the loudspeaker plays; before the microphone hears it, or it counts as missing."""
        self._own.put(piece)
        if self._own.moved != self._moved:
            self._begin_anew()
        elif self._own.late != self._late:
            self._trust.lose()  # an echo stayed in that should have been taken out
        self._moved, self._late = self._own.moved, self._own.late

    def feed(self, frame: bytes, at_s: float) -> list[HearingEvent]:
        """One frame (640 bytes) that ended at `at_s`."""
        played = self._own.frame(at_s)
        self._echoing = self._canceller.parts if played.any() else max(0, self._echoing - 1)
        waiting = self._waiting
        if not self._playing and not self._echoing:
            self._waiting = None
            late = self._listener.feed(waiting, at_s - FRAME_S) if waiting is not None else []
            return late + self._listener.feed(frame, at_s)
        if waiting is None:
            self._canceller.begin()
        heard = np.frombuffer(frame, np.int16)
        cleaned = self._canceller.clean(heard, played)
        if not self._trust.note(heard, cleaned):
            self._begin_anew()
        self._listener.cleaned(self._trust.trusted, self._residue.note(cleaned), played.tobytes())
        self._waiting = frame
        if waiting is None:
            return []
        return self._listener.feed(
            cleaned.sound.tobytes() if self._trust.trusted else waiting, at_s - FRAME_S
        )

    def _begin_anew(self) -> None:
        self._canceller.forget()
        self._trust.lose()
