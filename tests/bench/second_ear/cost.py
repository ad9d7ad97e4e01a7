"""What one verdict costs: `python -m tests.bench.second_ear.cost`. CPU time, one thread, as in the night.

Of this machine only: it counts no instructions, and says nothing about a Raspberry Pi.
"""

from __future__ import annotations

import time

import numpy as np

from skill.audio.samples import RATE_HZ
from skill.content.phrases import load_phrases
from skill.hearing.second_ear_here import judged_phrases
from skill.paths import models_dir, prompts_dir
from skill.second_ear.features import log_mel
from skill.second_ear.verdict import open_second_ear
from tests.bench.listening.bedroom import night
from tests.bench.listening.common import figure, to_samples

TURNS = 60
WINDOWS_S = (1.5, 3.0, 6.0)


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


if __name__ == "__main__":
    main()
