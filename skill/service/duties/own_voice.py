"""Tells hearing what our own loudspeaker plays, so that it can hear a person through it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from math import gcd

import numpy as np

from skill.audio.resample import Resampler
from skill.audio.samples import RATE_HZ
from skill.hearing.echo.own_sound import LONGEST_PIECE, Played, played
from skill.speaking.loudspeaker.monitor import Block, Monitor


class Pieces:
    """Blocks as the loudspeaker has them in, pieces as hearing wants them out."""

    def __init__(self) -> None:
        self._resampler: Resampler | None = None
        self._next = (-1, -1, -1)  # run, sample and rate of the block that would go on from the last one
        self._first = 0  # of the next piece, at RATE_HZ

    def of(self, block: Block) -> list[Played]:
        samples = block.samples.astype(np.float32) / 32768.0
        if (block.run, block.first, block.rate_hz) != self._next:
            samples = np.concatenate([self._begin(block), samples])
        self._next = (block.run, block.first + len(block.samples), block.rate_hz)
        if self._resampler is not None:
            samples = self._resampler.feed(samples)
        whole = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype(np.int16)
        first, self._first = self._first, self._first + len(whole)
        begun_s = block.at_s - block.first / block.rate_hz
        return [
            played(block.run, at, begun_s + at / RATE_HZ, whole[at - first : at - first + LONGEST_PIECE])
            for at in range(first, self._first, LONGEST_PIECE)
        ]

    def _begin(self, block: Block) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """After silence. Gives what has to go before, so that a sample of ours lies on one of the block's clock."""
        ours, theirs = (rate // gcd(RATE_HZ, block.rate_hz) for rate in (RATE_HZ, block.rate_hz))
        before = block.first % theirs
        self._first = (block.first - before) // theirs * ours
        self._resampler = Resampler(block.rate_hz, RATE_HZ) if block.rate_hz != RATE_HZ else None
        return np.zeros(before, np.float32)


class OwnVoiceTeller:
    """A thread that hands on what the monitor writes down, while `wanted`."""

    def __init__(self, monitor: Monitor, tell: Callable[[Played], None], wanted: Callable[[], bool]) -> None:
        self._monitor = monitor
        self._tell = tell
        self._wanted = wanted
        self._thread = threading.Thread(target=self._hand_on, name="own-voice", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._monitor.blocks.put(None)
        self._thread.join(timeout=5.0)

    def _hand_on(self) -> None:
        pieces = Pieces()
        while (block := self._monitor.blocks.get()) is not None:
            with contextlib.suppress(Exception):  # a lost piece costs that a person isn't heard through it
                if self._wanted():
                    for piece in pieces.of(block):
                        self._tell(piece)
