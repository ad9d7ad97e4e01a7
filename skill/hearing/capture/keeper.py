"""Holds a microphone for ever: notices that it has gone, and opens it again until it is back."""

from __future__ import annotations

import time
from collections.abc import Callable

from skill.errors import AudioError
from skill.events import Fault, Severity
from skill.hearing.capture.microphone import Microphone, MicrophoneEnded, SourceCondition
from skill.hearing.detect.proof import HearingProof, RealSound
from skill.messages.message import Message, sentence_of

LOST_AFTER_S = (
    0.5  # of waiting for it; time in which this whole machine stood still is not the microphone's silence
)
FIRST_FRAME_S = 2.0  # a card or a headset that has just been opened may need so long to begin
CONDITION_EVERY_S = 1.0
REOPEN_S = (0.0, 0.5, 1.0, 2.0, 3.0)
"""Waits between attempts to open; the last one repeats. A person may call out as soon as it is back."""


class MicrophoneKeeper:
    """A microphone that never ends.

    `open_microphone` opens it, or raises AudioError. Faults are told once per cause, not once per attempt.
    """

    def __init__(
        self,
        open_microphone: Callable[[], Microphone],
        tell: Callable[[Fault], None],
        now_s: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
        before_driver: Callable[[], None] = lambda: None,
    ) -> None:
        """`before_driver` is called before a driver is asked for something that may take seconds."""
        self._open_microphone = open_microphone
        self._tell = tell
        self._now_s = now_s
        self._wait = wait
        self._before_driver = before_driver
        self._microphone: Microphone | None = None
        self._attempts = 0
        self._try_at_s = now_s()
        self._last_frame_s = now_s()
        self._waited_s = 0.0
        self._patience_s = FIRST_FRAME_S
        self._told = self._told_stand_in = ""
        self._real = RealSound(now_s())
        self._opened_anew = False  # once, while nothing real comes: its driver may have died politely
        self._condition = SourceCondition()
        self._condition_at_s = now_s()
        self._dropped_before = 0

    @property
    def name(self) -> str:
        return self._microphone.name if self._microphone else ""

    @property
    def lag_s(self) -> float:
        return self._microphone.lag_s if self._microphone else 0.0

    @property
    def proof(self) -> HearingProof:
        """When real sound came last, and since when none has."""
        return self._real.proof

    @property
    def last_frame_s(self) -> float:
        """When the last frame came, or when it was opened last."""
        return self._last_frame_s

    @property
    def standing(self) -> tuple[str, ...]:
        """Causes of its faults that are still there although frames come."""
        stand_in = ("stand_in",) if self._condition.instead_of else ()
        return stand_in if self._real.proof.nothing_real_since_s is None else (*stand_in, "silent")

    @property
    def instead_of(self) -> str:
        """The microphone that was chosen, where another one stands in for it; else ""."""
        return self._condition.instead_of

    @property
    def dropped(self) -> int:
        """Blocks lost since the start."""
        return self._dropped_before + self._condition.dropped

    def read(self, timeout_s: float) -> bytes | None:
        """The next frame, or None when none came within about `timeout_s`. Never raises."""
        if self._microphone is None and not self._open(timeout_s):
            return None
        assert self._microphone is not None
        try:
            frame = self._microphone.read(timeout_s)
        except (MicrophoneEnded, AudioError, OSError) as error:
            self._lose(Message("hearing.microphone_disappeared", name=self._microphone.name, error=error))
            return None
        if frame is None:
            self._waited_s += timeout_s
            if self._waited_s >= self._patience_s:
                self._lose(Message("hearing.microphone_gives_no_sound", name=self._microphone.name))
            return None
        self._last_frame_s = self._now_s()
        self._waited_s, self._patience_s = 0.0, LOST_AFTER_S
        self._attempts = 0
        self._watch_sound(frame)
        self._watch_condition()
        return frame

    def close(self) -> None:
        microphone, self._microphone = self._microphone, None
        if microphone is not None:
            self._dropped_before += microphone.condition.dropped
            self._condition = SourceCondition()
            self._before_driver()
            microphone.close()

    def _open(self, timeout_s: float) -> bool:
        now_s = self._now_s()
        if now_s < self._try_at_s:
            self._wait(min(timeout_s, self._try_at_s - now_s))
            return False
        self._attempts += 1
        self._try_at_s = now_s + REOPEN_S[min(self._attempts, len(REOPEN_S) - 1)]
        self._before_driver()
        try:
            self._microphone = self._open_microphone()
        except AudioError as error:
            self._report("deaf", sentence_of(error), "gone")
            return False
        self._last_frame_s = self._condition_at_s = self._now_s()
        self._waited_s, self._patience_s = 0.0, FIRST_FRAME_S
        self._watch_condition()
        return self._microphone is not None

    def _lose(self, what: Message) -> None:
        self.close()
        self._try_at_s = max(self._try_at_s, self._now_s())
        self._report("deaf", Message("hearing.microphone_lost", what=what), "gone")

    def _watch_sound(self, frame: bytes) -> None:
        """Nothing real for long: muted by its button or by the sound system, or a driver that has died politely."""
        gone = self._real.feed(frame, self._last_frame_s)
        if self._real.proof.proved_at_s == self._last_frame_s:
            self._told, self._opened_anew = "", False
        if gone and not self._opened_anew:
            name, self._opened_anew = self.name, True
            if not self._condition.recorded:
                self.close()
                self._try_at_s = self._now_s()
            self._report("degraded", Message("hearing.microphone_silent", name=name), "silent")

    def _watch_condition(self) -> None:
        """Another device than the chosen one is said once, and left when the chosen one is back."""
        now_s = self._now_s()
        if self._microphone is None or now_s < self._condition_at_s:
            return
        self._condition_at_s = now_s + CONDITION_EVERY_S
        self._condition = self._microphone.condition
        if not self._condition.instead_of:
            self._told_stand_in = ""
        elif self._condition.chosen_is_back:
            self.close()
            self._try_at_s = now_s
        else:
            self._report_stand_in(
                Message("hearing.another_microphone", chosen=self._condition.instead_of, used=self.name)
            )

    def _report(self, severity: Severity, sentence: str, cause: str) -> None:
        if sentence == self._told:
            return
        self._told = sentence
        self._tell(Fault("microphone", severity, sentence, self._now_s(), cause))

    def _report_stand_in(self, sentence: str) -> None:
        """Once for each device that stands in, whatever else is reported meanwhile."""
        if sentence != self._told_stand_in:
            self._told_stand_in = sentence
            self._tell(Fault("microphone", "degraded", sentence, self._now_s(), "stand_in"))
