"""Faults of sound cards and of the sound server, against the whole running service."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import numpy as np

from tests.bench.faults.harness import Harness


def pull_microphone(h: Harness, rng: np.random.Generator) -> float:
    h.room.pull_microphone()
    time.sleep(rng.uniform(0.3, 6.0))
    h.room.stall(False)
    return time.monotonic()


def stall_microphone(h: Harness, rng: np.random.Generator) -> float:
    h.room.stall(True)
    time.sleep(rng.uniform(0.3, 6.0))
    h.room.stall(False)
    return time.monotonic()


def rename_microphone(h: Harness, rng: np.random.Generator) -> float:
    h.room.rename_microphone(f"mic{rng.integers(10_000)}")
    return time.monotonic()


def pull_loudspeaker(h: Harness, rng: np.random.Generator) -> float:
    h.room.pull_loudspeaker()
    h.wait(rng.uniform(0.3, 6.0))
    h.room.card.suspend(False)
    return time.monotonic()


def kill_server(how: signal.Signals) -> Callable[[Harness, np.random.Generator], float]:
    def inject(h: Harness, rng: np.random.Generator) -> float:
        """The sound server goes with all streams, and comes again after a while."""
        h.room.server_dies(how)
        h.wait(rng.uniform(0.3, 4.0))
        h.room.server_comes_again()
        h.keep_crying()
        return time.monotonic()

    return inject


def hang_server(h: Harness, rng: np.random.Generator) -> float:
    with h.room.card.hanging():
        time.sleep(rng.uniform(0.5, 5.0))
    return time.monotonic()


def mute_loudspeaker(h: Harness, rng: np.random.Generator) -> float:
    h.room.card.pactl("set-sink-mute", "speaker", "1")
    h.wait(rng.uniform(0.5, 4.0))
    h.room.card.pactl("set-sink-mute", "speaker", "0")
    return time.monotonic()


def move_sink(h: Harness, rng: np.random.Generator) -> float:
    """Somebody chooses another output in the sound settings, and the old one again."""
    h.room.card.pactl("set-default-sink", "hole")
    h.wait(rng.uniform(0.5, 4.0))
    h.room.card.pactl("set-default-sink", "speaker")
    return time.monotonic()


def change_rate(h: Harness, rng: np.random.Generator) -> float:
    """The microphone comes back with another rate and other channels."""
    h.room.microphone_becomes(int(rng.choice([8_000, 16_000, 44_100, 48_000])), int(rng.integers(1, 3)))
    return time.monotonic()


def mute_microphone(h: Harness, rng: np.random.Generator) -> float:
    h.room.card.pactl("set-source-mute", h.room.microphone, "1")
    h.wait(rng.uniform(0.5, 4.0))
    h.room.card.pactl("set-source-mute", h.room.microphone, "0")
    return time.monotonic()


SOUND_FAULTS: dict[str, Callable[[Harness, np.random.Generator], float]] = {
    "microphone pulled": pull_microphone,
    "capture stalls": stall_microphone,
    "microphone renamed": rename_microphone,
    "loudspeaker pulled": pull_loudspeaker,
    "sound server ended": kill_server(signal.SIGTERM),
    "sound server killed": kill_server(signal.SIGKILL),
    "sound server hangs": hang_server,
    "loudspeaker muted": mute_loudspeaker,
    "sound moved to another output": move_sink,
    "microphone muted": mute_microphone,
    "microphone of another rate and channels": change_rate,
}
