"""Cries missed in a quiet night: clear, soft, and in the noise of a room; `python -m tests.bench.listening.cries`.

Each wake and alarm phrase of --clips and the demo, in a room that the gate has got used to. Conditions as in
`tests.bench.listening.belief`: −26 dBFS over −58; −46 over −68; 10 dB over noise with an echo of 0.45 s. SYNTHETIC.
"""

from __future__ import annotations

import numpy as np

from skill.events import Heard
from tests.bench.listening.belief import CONDITIONS, WOKEN_BY, said_in_a_room
from tests.bench.listening.common import (
    arguments,
    figure,
    load_clips,
    open_bedside,
    to_samples,
    verdicts,
    wilson,
)

GOALS = {"clean": "<= 1 %", "soft": "<= 2 %", "noisy": "<= 5 %"}


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--size", type=int, default=40)
    options = parser.parse_args()
    bedside, book = open_bedside(options)
    known = [(clip, book.meaning(clip.text, "idle")) for clip in load_clips(options.clips)]
    woken = [(clip, meaning) for clip, meaning in known if meaning is not None and meaning.name in WOKEN_BY]
    np.random.default_rng(options.seed).shuffle(woken)
    for condition in CONDITIONS:
        missed, otherwise = [], 0
        for clip, meaning in woken[: options.size]:
            bedside.now_s += 60.0  # of quiet: no cry stands amid the talk of another
            found = verdicts(bedside.hear(to_samples(said_in_a_room(clip, condition, options.seed))))
            heard = [event for event in found if isinstance(event, Heard)]
            if all(event.intent.name != meaning.name for event in heard):
                missed.append(f"{clip.voice}: {clip.text} {[event.phrase for event in heard]}")
            otherwise += any(event.intent != meaning for event in heard)
        n = len(woken[: options.size])
        figure(f"{condition}, ears {options.ears}: missed", wilson(len(missed), n), GOALS[condition])
        print(f"    with another place or meaning: {otherwise};", "; ".join(missed[:8]), flush=True)


if __name__ == "__main__":
    main()
