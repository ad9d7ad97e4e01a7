"""What a loudspeaker truly plays, for who wants to know: with fades and cuts, and the time at which it is heard."""

from __future__ import annotations

from dataclasses import dataclass
from queue import SimpleQueue

from skill.audio.samples import Samples


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A piece that isn't silent."""

    run: int  # the device counts its samples anew in each
    first: int  # number of the first sample
    at_s: float  # when that is heard
    rate_hz: int
    samples: Samples  # shape (n,)


class Monitor:
    """Written in the sound card's callback: no locks, no waiting."""

    def __init__(self) -> None:
        self.blocks: SimpleQueue[Block | None] = SimpleQueue()  # None: somebody wants the reader to wake
        self._run = 0
        self._count = 0

    def begin(self) -> None:
        """The device starts; what it plays from now on has no fixed place beside what it played before."""
        self._run, self._count = self._run + 1, 0

    def take(self, samples: Samples, rate_hz: int, at_s: float) -> None:
        """The next block, silent or not."""
        if samples.any():
            self.blocks.put(Block(self._run, self._count, at_s, rate_hz, samples.copy()))
        self._count += len(samples)
