"""What one verdict costs: `python -m tests.bench.second_ear.cost`. CPU time, one thread, as in the night.

The multiplications of the encoder are counted from its shape (Radford et al. 2022: two convolutions, six layers of
attention and of four times the width), so that it can be said how many a second another processor would have to do.
"""

from __future__ import annotations

import time

import numpy as np

from skill.audio.samples import RATE_HZ
from skill.content.phrases import load_phrases
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


def main() -> None:
    lexicon = models_dir() / "nb" / "lexicon.tsv"
    began = time.process_time()
    ear = open_second_ear(models_dir() / "second_ear", lexicon)
    figure("loading, hashes checked", f"{time.process_time() - began:.2f} s of a core", "-")
    phrases = judged_phrases(load_phrases(prompts_dir(), "nb"), lexicon)["idle"]
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


if __name__ == "__main__":
    main()
