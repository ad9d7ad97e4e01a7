"""The same cries through microphones of four gains: `python -m tests.bench.listening.soft_microphone --clips DIR`.

Peaks of the cry at −20, −40, −50 and −60 dBFS, always 35 dB over the room; SYNTHETIC. A microphone with low gain should
hear as one with high gain does: the goal is no difference beyond the interval.
"""

from __future__ import annotations

import numpy as np

from skill.audio.samples import RATE_HZ
from skill.events import Heard
from tests.bench.listening.common import (
    arguments,
    at_level,
    figure,
    load_clips,
    open_bedside,
    pink,
    rms,
    to_samples,
    verdicts,
    wilson,
)

PEAKS_DBFS = (-20.0, -40.0, -50.0, -60.0)
OVER_ROOM_DB = 35.0
BEFORE_S, AFTER_S = 6.0, 1.5


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--size", type=int, default=24)
    options = parser.parse_args()
    bedside, book = open_bedside(options)
    clips = [
        c for c in load_clips(options.clips) if (m := book.meaning(c.text, "idle")) and m.name == "cramp"
    ]
    np.random.default_rng(options.seed).shuffle(clips)
    for peak_dbfs in PEAKS_DBFS:
        rng, missed = np.random.default_rng([options.seed, 3]), []
        for clip in clips[: options.size]:
            said = clip.sound * (32768 * 10 ** (peak_dbfs / 20) / np.abs(clip.sound.astype(float)).max())
            level_dbfs = 20 * np.log10(rms(said) / 32768)
            sound = at_level(pink(BEFORE_S + AFTER_S + len(said) / RATE_HZ, rng), level_dbfs - OVER_ROOM_DB)
            at = round(BEFORE_S * RATE_HZ)
            sound[at : at + len(said)] += said[: len(sound) - at]
            meaning = book.meaning(clip.text, "idle")
            heard = [e for e in verdicts(bedside.hear(to_samples(sound))) if isinstance(e, Heard)]
            if all(event.intent != meaning for event in heard):
                missed.append(f"{clip.voice}: {clip.text}")
        figure(
            f"peaks at {peak_dbfs:.0f} dBFS: missed",
            wilson(len(missed), len(clips[: options.size])),
            "as at -20",
        )
        print("   ", missed[:6], flush=True)


if __name__ == "__main__":
    main()
