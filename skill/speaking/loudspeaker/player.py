"""What a loudspeaker is: one sound at a time, stopped at once, with the true moment of its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from skill.audio.samples import Samples
from skill.audio.sound import Sound

OnEnd = Callable[[bool, float], None]
"""Called once per `play` with (completed, at_s): at_s is when the last sample left the loudspeaker."""

FADE_S = 0.008  # long enough to avoid a click, far below what is felt as delay


class Loudspeaker(Protocol):
    """Plays one sound at a time. `play` replaces what plays; the replaced sound's `on_end` comes first."""

    @property
    def playing(self) -> bool:
        """True from `play` until the sound has truly ended."""
        ...

    @property
    def hangs(self) -> bool:
        """The sound system doesn't answer; another process might be answered."""
        ...

    def play(self, sound: Sound, gain_db: float, on_end: OnEnd) -> None: ...

    def stop(self) -> None:
        """Silence within a few milliseconds; `on_end(False, …)` follows. No effect when nothing plays."""
        ...

    def close(self) -> None: ...


def faded_out(samples: Samples, rate_hz: int) -> Samples:
    """The first few milliseconds of what was still to be played, falling to nothing."""
    length = min(len(samples), round(FADE_S * rate_hz))
    ramp = np.linspace(1.0, 0.0, length, endpoint=True) if length else np.zeros(0)
    return (samples[:length] * ramp).astype(np.int16)
