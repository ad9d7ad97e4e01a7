"""What hearing costs: its own process, at real pace, in a silent room and with someone talking all the time.

python -m tests.bench.listening.cpu --model models/nb [--minutes 1]
"""

from __future__ import annotations

import queue
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import soundfile

from skill.audio.samples import RATE_HZ, Samples
from skill.events import Fault, Pulse
from skill.hearing.process.protocol import HearingConfig, MicrophoneChoice
from skill.hearing.process.supervisor import HearingMessage, HearingProcess
from skill.paths import prompts_dir
from tests.bench.listening.common import arguments, at_level, figure, pink, to_samples
from tests.bench.listening.talk import talk


def measure(model: Path, sound: Samples, seconds: float) -> tuple[float, float, float, float]:
    """CPU share of one core, PSS in MB, seconds from start to the first frame heard, share decoded."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "room.wav"
        soundfile.write(path, sound, RATE_HZ)
        messages: queue.SimpleQueue[HearingMessage] = queue.SimpleQueue()
        microphone = MicrophoneChoice("file", str(path))
        hearing = HearingProcess(
            HearingConfig((str(model),), str(prompts_dir()), "nb", microphone), messages.put
        )
        began_s = time.monotonic()
        hearing.start()
        pulse = next_pulse(messages)
        started_s = time.monotonic() - began_s
        assert hearing.child_pid is not None
        child = psutil.Process(hearing.child_pid)
        before, first, from_s = child.cpu_times(), pulse, time.monotonic()
        while time.monotonic() - from_s < seconds:
            pulse = next_pulse(messages)
        after, took_s = child.cpu_times(), time.monotonic() - from_s
        memory = child.memory_full_info()
        hearing.close()
    used = after.user + after.system - before.user - before.system
    pss = getattr(memory, "pss", memory.rss) / 2**20
    return used / took_s, pss, started_s, (pulse.decoded_s - first.decoded_s) / took_s


def next_pulse(messages: queue.SimpleQueue[HearingMessage]) -> Pulse:
    while True:
        message = messages.get(timeout=60.0)
        if isinstance(message, Fault):
            raise SystemExit(f"hearing was disturbed, so there is no figure: {message.sentence}")
        if isinstance(message, Pulse):
            return message


def main() -> None:
    options = arguments(__doc__ or "", minutes=1.0).parse_args()
    rng = np.random.default_rng(options.seed)
    seconds = 60 * options.minutes
    silent = to_samples(at_level(pink(seconds + 30, rng), -62.0))
    talking = talk(seconds + 30, rng)
    room = at_level(pink(len(talking) / RATE_HZ + 0.01, rng), -62.0)[: len(talking)]
    talking = to_samples(at_level(talking, -26.0) + room)
    for name, sound, goal in [("silent room", silent, "<= 2 %"), ("continuous talk", talking, "<= 15 %")]:
        cpu, pss, started_s, decoded = measure(options.model, sound, seconds)
        value = f"{100 * cpu:.1f} % of a core, {100 * decoded:.0f} % decoded"
        figure(f"CPU of the hearing process, {name}", value, goal)
        figure(f"memory (PSS), {name}", f"{pss:.0f} MB", "<= 350 MB (whole tree)")
        figure(f"start to first frame heard, {name}", f"{started_s:.1f} s", "<= 3 s (whole service)")


if __name__ == "__main__":
    main()
