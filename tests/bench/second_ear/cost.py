"""What one verdict costs: `python -m tests.bench.second_ear.cost`. CPU time, one thread, as in the night.

The multiplications of the encoder are counted from its shape (Radford et al. 2022: two convolutions, six layers of
attention and of four times the width), so that it can be said how many a second another processor would have to do.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import psutil

from skill.audio.samples import RATE_HZ, Samples
from skill.content.phrases import PhraseBook, load_phrases
from skill.hearing.process.second_ear import SecondEarProcess
from skill.hearing.second_ear_here import judged_phrases
from skill.paths import models_dir, prompts_dir
from skill.second_ear.features import HOP, filled, log_mel
from skill.second_ear.verdict import open_second_ear
from tests.bench.listening.bedroom import night
from tests.bench.listening.common import figure, to_samples

TURNS = 60
WINDOWS_S = (1.5, 3.0, 6.0)
LEAST_S = 0.15  # the goal
BANDS, WIDTH, LAYERS = 80, 512, 6


def multiplications(frames: int) -> int:
    """Of the encoder for so many features of 10 ms: nearly all of a verdict."""
    steps = -(-frames // 2)
    convolutions = 3 * WIDTH * (BANDS * frames + WIDTH * steps)
    weights = (4 + 8) * WIDTH * WIDTH * steps  # query, key, value, output; two layers of four times the width
    attention = 2 * WIDTH * steps * steps
    return convolutions + LAYERS * (weights + attention)


def process(lexicon: Path, book: PhraseBook, sound: Samples) -> None:
    """The second ear where it runs at night: until it is there, its memory, and a verdict through the pipe."""
    began_s = time.monotonic()
    ear = SecondEarProcess(models_dir() / "second_ear", lexicon, judged_phrases(book, lexicon), print)
    try:
        while not ear.there:
            time.sleep(0.01)
        ready_s = time.monotonic() - began_s
        took = []
        for _ in range(TURNS):
            asked_s = time.monotonic()
            ticket = ear.ask("idle", sound.tobytes())
            while ear.answer(ticket) is None:
                time.sleep(0.001)
            took.append(time.monotonic() - asked_s)
        took.sort()
        assert ear.pid is not None
        memory = psutil.Process(ear.pid).memory_full_info()
        figure("its own process: there after", f"{ready_s:.1f} s", "-")
        figure(
            "  memory, PSS / of its own (USS)",
            f"{memory.pss / 1e6:.0f} / {memory.uss / 1e6:.0f} MB",
            "100 MB",
        )
        late = f"{took[TURNS // 2]:.3f} / {took[int(0.95 * TURNS)]:.3f} s"
        figure("  asked about 3 s → answered, p50 / p95, at the load there was", late, "p95 0.15 s")
    finally:
        ear.close()


def main() -> None:
    lexicon = models_dir() / "nb" / "lexicon.tsv"
    began = time.process_time()
    ear = open_second_ear(models_dir() / "second_ear", lexicon)
    figure("loading, hashes checked", f"{time.process_time() - began:.2f} s of a core", "-")
    book = load_phrases(prompts_dir(), "nb")
    phrases = judged_phrases(book, lexicon)["idle"]
    rng = np.random.default_rng(4)
    for seconds in WINDOWS_S:
        sound = to_samples(night(30.0, rng))[: round(seconds * RATE_HZ)]
        ear.judge(sound, phrases)
        took = sorted(ear.judge(sound, phrases).cost_s for _ in range(TURNS))
        began = time.process_time()
        for _ in range(10):
            log_mel(sound)
        mel_s = (time.process_time() - began) / 10
        figure(
            f"a verdict on {seconds:g} s, {len(phrases)} phrases: p50 / p95 (features)",
            f"{took[TURNS // 2]:.3f} / {took[int(0.95 * TURNS)]:.3f} ({mel_s:.4f}) s",
            "p95 0.15 s",
        )
        count = multiplications(len(filled(sound)) // HOP)
        figure(
            "  multiplications; a second here; a second needed elsewhere",
            f"{count / 1e9:.1f}, {count / took[TURNS // 2] / 1e9:.0f}, {count / LEAST_S / 1e9:.0f} thousand million",
            "-",
        )
    process(lexicon, book, to_samples(night(30.0, rng))[: 3 * RATE_HZ])


if __name__ == "__main__":
    main()
