"""Seconds from the end of a cry to the first sound of the answer while other programs want every processor.

    python -m tests.bench.running.busy --loops 8 --cries 5

With the ear's priority, and without the right to it. The busy loops are a session of their own, as another person's
programs are; the virtual sound card is let go first, as the sound servers of real machines are.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from skill.audio.wav import WavWriter
from tests.bench.running.virtual_room import VirtualRoom, virtual_room
from tests.service.bedside_process import RunningService, clip

LIMIT_S = 30.0
NO_PRIORITY = Path(__file__).with_name("no_priority")


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    loops = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True)
        for _ in range(count)
    ]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait(10)


def _first(pid: int) -> None:
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            os.sched_setscheduler(int(task.name), os.SCHED_RR, os.sched_param(2))


def answered_after_s(room: VirtualRoom, cry: Path) -> float | None:
    """None: not within the limit."""
    room.play(cry).wait(LIMIT_S)
    ended_s, since = time.monotonic(), room.recorded()
    while time.monotonic() - ended_s < LIMIT_S:
        if room.sounded_since(since):
            return time.monotonic() - ended_s
        time.sleep(0.02)
    return None


def measured(room: VirtualRoom, folder: Path, loops: int, cries: int, priority: bool) -> list[float | None]:
    environment = {} if priority else {"PYTHONPATH": str(NO_PRIORITY)}
    service = RunningService(folder / f"home-{priority}", environment=environment)
    cry, stop = folder / "cry.wav", folder / "stop.wav"
    for path, words in ((cry, ("kari", "krampe i leggen")), (stop, ("einar", "stopp"))):
        with WavWriter(path, 16_000) as file:
            file.write(clip(*words))
    try:
        service.wait_for(lambda: service.status().get("listening") == "hearing", 120)
        time.sleep(30)  # its sounds are prepared once
        found: list[float | None] = []
        for _ in range(cries):
            with busy(loops):
                time.sleep(2)
                found.append(answered_after_s(room, cry))
            time.sleep(4)
            room.play(stop).wait(LIMIT_S)
            time.sleep(8)
        return found
    finally:
        service.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loops", type=int, default=8)
    parser.add_argument("--cries", type=int, default=5)
    options = parser.parse_args()
    with virtual_room() as room, tempfile.TemporaryDirectory(prefix="kv-busy-") as folder:
        _first(room.card.pid)
        for priority in (False, True):
            found = measured(room, Path(folder), options.loops, options.cries, priority)
            known = [seconds for seconds in found if seconds is not None]
            middle = f"{statistics.median(known):.2f}" if known else "–"
            print(
                f"{options.loops} busy loops on {os.cpu_count()} processors, {'with' if priority else 'without'} "
                f"priority: median {middle} s, longest {max(known, default=float('nan')):.2f} s (goal ≤ 5 s), "
                f"{len(found) - len(known)} of {len(found)} not answered",
                flush=True,
            )


if __name__ == "__main__":
    main()
