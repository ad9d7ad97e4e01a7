"""Holds a microphone for ever: notices that it has gone, and opens it again until it is back."""

from __future__ import annotations

import time
from collections.abc import Callable

from skill.audio.samples import FRAME_S, SILENCE
from skill.errors import AudioError
from skill.events import Fault
from skill.hearing.capture.microphone import Microphone, MicrophoneEnded

LOST_AFTER_S = 0.5
ZEROS_AFTER_S = 30.0
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
        self._told = ""
        self._zeros = 0

    @property
    def name(self) -> str:
        return self._microphone.name if self._microphone else ""

    @property
    def lag_s(self) -> float:
        return self._microphone.lag_s if self._microphone else 0.0

    def read(self, timeout_s: float) -> bytes | None:
        """The next frame, or None when none came within about `timeout_s`. Never raises."""
        if self._microphone is None and not self._open(timeout_s):
            return None
        assert self._microphone is not None
        try:
            frame = self._microphone.read(timeout_s)
        except (MicrophoneEnded, AudioError, OSError) as error:
            self._lose(f"Mikrofonen «{self._microphone.name}» forsvant ({error}).")
            return None
        if frame is None:
            if self._now_s() - self._last_frame_s >= LOST_AFTER_S:
                self._lose(f"Det kommer ikke lenger lyd fra mikrofonen «{self._microphone.name}».")
            return None
        self._last_frame_s = self._now_s()
        self._attempts = 0
        self._watch_zeros(frame)
        return frame

    def close(self) -> None:
        microphone, self._microphone = self._microphone, None
        if microphone is not None:
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
            self._report("deaf", str(error))
            return False
        self._last_frame_s = self._now_s()
        return True

    def _lose(self, what: str) -> None:
        self.close()
        self._try_at_s = max(self._try_at_s, self._now_s())
        self._report("deaf", f"{what} Apparatet er døvt til den er tilbake; den åpnes igjen av seg selv.")

    def _watch_zeros(self, frame: bytes) -> None:
        """Exact zeros for long: muted by its button, or a driver that has died politely."""
        if frame != SILENCE:
            if self._zeros * FRAME_S < ZEROS_AFTER_S:
                self._told = ""
            self._zeros = 0
            return
        self._zeros += 1
        if self._zeros == round(ZEROS_AFTER_S / FRAME_S):
            name = self.name
            self.close()
            self._try_at_s = self._now_s()
            self._report(
                "degraded",
                f"Mikrofonen «{name}» gir bare helt stille lyd og er kanskje slått av, "
                "så apparatet hører trolig ingenting. Se etter en bryter på den.",
            )

    def _report(self, severity: str, sentence: str) -> None:
        if sentence == self._told:
            return
        self._told = sentence
        self._tell(Fault("microphone", "deaf" if severity == "deaf" else "degraded", sentence, self._now_s()))
