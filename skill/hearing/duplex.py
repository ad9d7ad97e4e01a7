"""A listener that is told what our own loudspeaker plays, and hears a person through it.

As long as the canceller hasn't proven itself, or when it goes wrong, the listener gets what the microphone gave, and
is as strict with it as one that isn't told. Once it has, what came since the sentence began is cleaned and heard once
more: a person may have spoken before the room was known.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from skill.audio.samples import FRAME_S, Samples
from skill.hearing.echo.canceller import Cleaned, EchoCanceller
from skill.hearing.echo.own_sound import OwnSound, Played
from skill.hearing.echo.trust import EchoTrust, Residue
from skill.hearing.listener import HearingEvent, Listener
from skill.hearing.over_own_voice.beside import Beside, bands

UNPROVEN_S: Final = 4.0  # so much is heard once more


class Ear(Protocol):
    """What a microphone's frames go into: a listener alone, or one that is told what is played."""

    def listen(self, grammar: str) -> None: ...

    def own_voice(self, playing: bool) -> None: ...

    def feed(self, frame: bytes, at_s: float) -> list[HearingEvent]: ...


@dataclass(frozen=True, slots=True)
class _Unproven:
    """A frame before the canceller had proven itself."""

    heard: Samples
    played: Samples
    ended_s: float
    number: int


class Duplex:
    """While our own sound can be in the microphone, frames pass through the canceller and come a frame later."""

    def __init__(self, listener: Listener, lead_s: float = 0.0) -> None:
        self._listener = listener
        self._own = OwnSound(lead_s)
        self._canceller = EchoCanceller()
        self._trust = EchoTrust()
        self._residue = Residue()
        self._unproven: deque[_Unproven] = deque(maxlen=round(UNPROVEN_S / FRAME_S))
        self._number = 0  # of the frame since our own sound began
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
            self._trust.begin()
            self._unproven.clear()
        self._playing = playing
        self._listener.own_voice(playing)

    def played(self, piece: Played) -> None:
        """What the loudspeaker plays; before the microphone hears it, or it counts as missing."""
        self._own.put(piece)
        if self._own.moved != self._moved:
            self._begin_anew()
        elif self._own.late != self._late:
            self._trust.begin()  # an echo stayed in that should have been taken out
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
        self._number += 1
        if waiting is None:
            self._number = 0
            self._canceller.begin()
        heard = np.frombuffer(frame, np.int16)
        cleaned = self._canceller.clean(heard, played)
        if not self._trust.note(heard, cleaned, self._listener.two_ears):
            self._begin_anew()
        self._unproven.append(_Unproven(heard, played, at_s, self._number))
        events = self._heard_again() if self._trust.trusted and self._listener.two_ears else []
        self._listener.cleaned(
            _beside(self._trust.trusted, self._residue.note(cleaned), heard, played, cleaned)
        )
        self._waiting = frame
        if waiting is not None:
            sound = cleaned.sound.tobytes() if self._trust.trusted else waiting
            events += self._listener.feed(sound, at_s - FRAME_S)
        if events:
            self._unproven.clear()
        return events

    def _heard_again(self) -> list[HearingEvent]:
        """All that the listener had as it was, but for the frame before this one, which comes now."""
        frames = list(self._unproven)
        self._unproven.clear()
        if len(frames) < 3:
            return []
        cleaned = self._canceller.clean_again((each.heard, each.played) for each in frames[:-1])
        # of what was played before the first of them the echo is in the next ones, and can't be taken out
        first = self._canceller.parts if frames[0].number else 1
        residue, events = Residue(), []
        for before, here, after in zip(frames, frames[1:], cleaned[1:], strict=False):
            is_residue = residue.note(after)
            if here.number - frames[0].number < first:
                continue
            self._listener.cleaned(_beside(True, is_residue, here.heard, here.played, after))
            events += self._listener.hear_again(after.sound.tobytes(), before.ended_s)
        return events

    def _begin_anew(self) -> None:
        self._canceller.forget()
        self._trust.lose()


def _beside(taken_out: bool, residue: bool, heard: Samples, played: Samples, cleaned: Cleaned) -> Beside:
    sound, left, echo = heard.astype(np.float64), cleaned.rest, cleaned.echo
    powers = (float(sound @ sound), float(left @ left), float(echo @ echo), float(left @ echo))
    return Beside(taken_out, residue, played.tobytes(), *powers, bands(left), bands(echo))
