"""From text key to first sample, and from stop to silence: `python -m tests.bench.speaking.latency`

Two loudspeakers: the wav file, in audio time (20 ms frames), and PulseAudio's null sink through PortAudio, in real
time, where there is one. Real times are what the sink's monitor records, so they hold the driver's buffer and the
recording's own delay (about 20 ms) too. The goal for stop is p95 ≤ 150 ms.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from skill.audio.sound import QUIET
from skill.content.script_reading import read_script
from skill.paths import prompts_dir
from skill.settings.values import VoiceSettings
from skill.speaking.cache import PromptCache
from skill.speaking.loudspeaker.device import DeviceLoudspeaker
from skill.speaking.loudspeaker.wav import WavLoudspeaker
from skill.speaking.voices.pronunciation import load_respelling
from skill.speaking.voices.pyttsx3_voice import Pyttsx3Voice
from tests.speaking.conftest import PROGRAMS, RATE_HZ, Recording, SoundCard, private_sound_card

FRAME_S = 0.02
TURNS = 30


def line(name: str, values_s: list[float]) -> None:
    p50, p95 = np.percentile(values_s, [50, 95])
    print(f"{name:58} p50 {1000 * p50:6.1f} ms  p95 {1000 * p95:6.1f} ms  n {len(values_s)}", flush=True)


@contextmanager
def prepared() -> Iterator[tuple[PromptCache, list[str]]]:
    """A cache with twenty prompts in it."""
    texts = dict(list(read_script(prompts_dir(), "nb")[0].texts.items())[:20])
    voice = Pyttsx3Voice(VoiceSettings().name, load_respelling(prompts_dir() / "pronunciation.toml"))
    with tempfile.TemporaryDirectory() as folder:
        cache = PromptCache(Path(folder), voice, texts, "nb")
        cache.prepare([120])
        yield cache, list(texts)


def in_audio_time(cache: PromptCache, keys: list[str]) -> None:
    first, silent, wall, cpu = [], [], [], []
    loudspeaker = WavLoudspeaker()
    for turn in range(TURNS):
        begun_s, begun_cpu_s = time.monotonic(), time.process_time()
        loudspeaker.play(cache.sound([keys[turn % len(keys)]], 120), 0.0, lambda _completed, _at_s: None)
        wall.append(time.monotonic() - begun_s)
        cpu.append(time.process_time() - begun_cpu_s)
        block = loudspeaker.advance(FRAME_S)
        first.append(int(np.flatnonzero(np.abs(block) > QUIET)[0]) / loudspeaker.rate_hz)
        loudspeaker.advance(0.3)
        loudspeaker.stop()
        tail = np.flatnonzero(np.abs(loudspeaker.advance(0.5)) > QUIET)
        silent.append((int(tail[-1]) + 1) / loudspeaker.rate_hz if len(tail) else 0.0)
    line("wav, audio time: key → first sound", first)
    line("wav, audio time: stop → silence", silent)
    line("computing: key → sound at the loudspeaker (wall)", wall)
    line("computing: key → sound at the loudspeaker (CPU)", cpu)


def in_real_time(card: SoundCard, cache: PromptCache, keys: list[str]) -> None:
    first, silent, end_error = [], [], []
    loudspeaker = DeviceLoudspeaker()
    for turn in range(TURNS // 2):
        sound = cache.sound([keys[turn % len(keys)], keys[(turn + 1) % len(keys)]], 120)
        ended, ends = threading.Event(), []
        recording = Recording(card)
        played_s, recorded = time.monotonic(), recording.seconds
        loudspeaker.play(
            sound, 0.0, lambda _completed, at_s, ends=ends, ended=ended: (ends.append(at_s), ended.set())
        )
        stopped_s = None
        if turn % 2:
            threading.Event().wait(0.8)
            loudspeaker.stop()
            stopped_s = time.monotonic()
        ended.wait(30)
        samples = recording.stop()
        loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 4 * QUIET) / RATE_HZ - recorded
        first.append(float(loud[0]))
        if stopped_s is not None:
            silent.append(float(loud[-1]) - (stopped_s - played_s))
        else:
            end_error.append(abs(float(loud[-1]) + 0.06 - (ends[0] - played_s)))
    loudspeaker.close()
    line("PulseAudio: key → first sound heard", first)
    line("PulseAudio: stop → silence heard", silent)
    line("PulseAudio: told end of sound − heard end, absolute", end_error)


def main() -> None:
    with prepared() as (cache, keys):
        in_audio_time(cache, keys)
        if all(shutil.which(program) for program in PROGRAMS):
            with private_sound_card() as card:
                in_real_time(card, cache, keys)
        else:
            print("no PulseAudio here: nothing measured in real time")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
