"""What a loudspeaker plays can be followed sample by sample."""

from __future__ import annotations

import numpy as np

from skill.speaking.loudspeaker.monitor import Block, Monitor


def blocks(monitor: Monitor) -> list[Block]:
    found = [monitor.blocks.get() for _ in range(monitor.blocks.qsize())]
    return [block for block in found if block is not None]


def test_silence_is_counted_and_not_told_of() -> None:
    monitor = Monitor()
    monitor.begin()
    monitor.take(np.zeros(480, np.int16), 48_000, 1.0)
    monitor.take(np.ones(480, np.int16), 48_000, 1.01)
    (block,) = blocks(monitor)
    assert (block.run, block.first, block.at_s, block.rate_hz) == (1, 480, 1.01, 48_000)


def test_every_start_of_the_device_counts_anew() -> None:
    monitor = Monitor()
    for _ in range(2):
        monitor.begin()
        monitor.take(np.ones(100, np.int16), 48_000, 1.0)
    assert [(block.run, block.first) for block in blocks(monitor)] == [(1, 0), (2, 0)]


def test_the_driver_may_use_its_block_again() -> None:
    monitor, buffer = Monitor(), np.ones(100, np.int16)
    monitor.take(buffer, 48_000, 1.0)
    buffer[:] = 7
    assert (blocks(monitor)[0].samples == 1).all()
