"""The simulated person in bed, and the room around them: frames for hearing, made as the night goes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping

import numpy as np

from skill.audio.samples import RATE_HZ, Samples
from skill.events import Say, Spoken
from skill.hearing.capture.microphone import ScriptedMicrophone
from skill.simulation.scenario import Scenario, ScriptedTurn


def bedroom(noise_dbfs: float, seed: int = 0) -> Samples:
    """Twenty seconds of a bedroom at night: brown noise of this RMS level, the same for the same seed."""
    rng = np.random.default_rng(seed)
    brown = np.cumsum(rng.standard_normal(RATE_HZ * 20))
    brown -= np.convolve(brown, np.ones(800) / 800, "same")
    brown *= 10 ** (noise_dbfs / 20) * 32768 / np.sqrt(np.mean(brown**2))
    return np.clip(brown, -32768, 32767).astype(np.int16)


class Person:
    """Follows a scenario: a witness of what the device says, who answers in their own time."""

    def __init__(
        self,
        scenario: Scenario,
        clips: Mapping[str, Samples],
        room: ScriptedMicrophone,
        now_s: Callable[[], float],
    ) -> None:
        self._turns = deque(scenario.turns)
        self._clips = clips
        self._room = room
        self._now_s = now_s
        self._saying: Say | None = None
        self._speak_at_s: float | None = None
        self.said: list[tuple[float, ScriptedTurn]] = []  # (when its last audible sample was, turn)
        self._arm("", "")

    @property
    def done(self) -> bool:
        return not self._turns and not self._room.speaking

    @property
    def begun(self) -> bool:
        return bool(self.said)

    def saw(self, what: object) -> None:
        if isinstance(what, Say):
            self._saying = what
            for key in what.keys:
                self._arm("", key)
        elif isinstance(what, Spoken) and self._saying is not None and what.say_id == self._saying.say_id:
            for key in self._saying.keys:
                self._arm(key, "")

    def tick(self) -> None:
        """Call once a frame: speaks when it is time."""
        if self._speak_at_s is None or self._now_s() < self._speak_at_s:
            return
        turn = self._turns.popleft()
        clip = self._clips[turn.say]
        self._speak_at_s = None
        self._room.say(clip)
        self.said.append((self._now_s() + _audible(clip) / RATE_HZ, turn))
        if self._turns and not self._turns[0].after and not self._turns[0].during:
            self._speak_at_s = self._now_s() + len(clip) / RATE_HZ + self._turns[0].wait_s

    def _arm(self, after: str, during: str) -> None:
        if self._speak_at_s is not None or not self._turns:
            return
        turn = self._turns[0]
        if (turn.after, turn.during) == (after, during):
            self._speak_at_s = self._now_s() + turn.wait_s


def _audible(clip: Samples) -> int:
    """Samples until the last one less than 30 dB below the loudest: what a synthesis breathes out isn't speech."""
    levels = np.abs(clip.astype(np.int32))
    loud = np.flatnonzero(levels > levels.max() * 10 ** (-30 / 20))
    return int(loud[-1]) + 1 if len(loud) else len(clip)
