"""The running service: how soon it listens, what memory its process tree holds, what silence and talk cost.

    python -m tests.bench.running.service [--seconds 60] [--ears first]

Start is from the command to frames arriving, with sounds rendered before. PSS counts shared pages once. Microphone and
loudspeaker are a virtual sound card's where there is PulseAudio: looking for one that is missing costs time as well.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import soundfile

from skill.audio.samples import RATE_HZ
from tests.bench.listening.common import at_level, pink, to_samples
from tests.bench.listening.talk import talk
from tests.bench.running.virtual_room import virtual_room
from tests.service.bedside_process import RunningService


def tree(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def pss_mb(pid: int) -> float:
    return sum(process.memory_full_info().pss for process in tree(pid)) / 1e6


def cpu_s(pid: int) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in tree(pid))


def started(home: Path, sound: Path | None) -> tuple[RunningService, float]:
    began_s = time.monotonic()
    service = RunningService(home, sound)
    service.wait_for(lambda: service.status().get("listening") == "hearing")
    return service, time.monotonic() - began_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument(
        "--settle", type=float, default=60.0, help="seconds: what it does once after a start is over"
    )
    parser.add_argument("--ears", choices=["first", "both"], default="both")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kv-service-")))
        home, silence, talking = folder / "home", folder / "silence.wav", folder / "talk.wav"
        (home / "config").mkdir(parents=True)
        wanted = str(options.ears == "both").lower()
        (home / "config" / "settings.toml").write_text(f"[audio]\nsecond_ear = {wanted}\n", "utf-8")
        rng = np.random.default_rng(1)
        room = pink(options.seconds + options.settle + 60, rng)
        soundfile.write(silence, to_samples(at_level(room, -62.0)), RATE_HZ)
        soundfile.write(talking, to_samples(at_level(talk(options.seconds + 20, rng), -30.0)), RATE_HZ)
        card = stack.enter_context(virtual_room()) if shutil.which("pulseaudio") else None
        sound = None if card else silence
        service, first_s = started(home, sound)
        time.sleep(15)  # the sounds are rendered once
        service.stop()
        starts = []
        for _ in range(3):
            service, seconds = started(home, sound)
            starts.append(seconds)
            service.stop()
        service, _ = started(home, sound)
        pid = service.process.pid
        if card:
            card.play(silence)
        time.sleep(options.settle)
        before_s, began_s = cpu_s(pid), time.monotonic()
        time.sleep(options.seconds)
        share = (cpu_s(pid) - before_s) / (time.monotonic() - began_s)
        memory = pss_mb(pid)
        talk_share = None
        if card:
            card.play(talking)
            time.sleep(5)
            before_s, began_s = cpu_s(pid), time.monotonic()
            time.sleep(options.seconds)
            talk_share = (cpu_s(pid) - before_s) / (time.monotonic() - began_s)
        service.stop()
    shown = ", ".join(f"{s:.1f}" for s in starts)
    print(f"start → listening      first ever {first_s:.1f} s, then {shown} s (goal ≤ 3 s)")
    print(f"memory of the tree     {memory:.0f} MB PSS (goal ≤ 350 MB)")
    print(f"CPU in a silent room   {100 * share:.1f} % of one core (goal ≤ 2 %)")
    if talk_share is not None:
        print(f"CPU in talk all time   {100 * talk_share:.1f} % of one core (goal ≤ 15 %)")


if __name__ == "__main__":
    main()
