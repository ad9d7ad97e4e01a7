"""How much of our own voice does the canceller take out, in a room that is new and in one that it knows?

    python -m tests.bench.own_voice.taken_out [--rooms 24] [--speaker woman man]

Three sentences in each of the rooms of `hours` (delay, echo time, clocks, jumps), the echo as loud as a person; nobody
speaks. The canceller keeps what it knows from room to room, as in a night. SYNTHETIC voices.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from skill.audio.samples import FRAME_SAMPLES, RATE_HZ, Samples
from skill.hearing.echo.canceller import EchoCanceller
from skill.hearing.echo.own_sound import LEAD_S
from tests.bench.listening.common import Floats, arguments, at_level, figure, frames_of, pink, to_samples
from tests.bench.own_voice.echo_table import AHEAD_S, ROOM_DBFS, Bed
from tests.bench.own_voice.every_text import spoken
from tests.bench.own_voice.hours import a_room

SENTENCES = 3


@dataclass
class Found:
    """Of one sentence: dB taken off its first and second half."""

    in_room: int  # the first, second, third in this room
    first_db: float
    second_db: float


def sentence(
    canceller: EchoCanceller, bed: Bed, text: Samples, rng: np.random.Generator
) -> tuple[float, float]:
    """dB taken off the halves of one sentence."""
    prompt = np.concatenate([np.zeros(round(AHEAD_S * RATE_HZ), np.int16), text])
    length = len(prompt) + RATE_HZ // 2
    heard = to_samples(
        at_level(pink(length / RATE_HZ + 0.01, rng), ROOM_DBFS)[:length] + bed.echo(prompt, length)
    )
    played = np.concatenate([prompt[round(LEAD_S * RATE_HZ) :], np.zeros(RATE_HZ, np.int16)])
    canceller.begin()
    pairs = zip(frames_of(heard), frames_of(played), strict=False)
    powers: Floats = np.array(
        [
            (float(h @ h), float(rest @ rest))
            for h, p in ((np.frombuffer(h, np.int16), np.frombuffer(p, np.int16)) for h, p in pairs)
            for h, rest in [(h.astype(np.float64), canceller.clean(h, p).rest)]
        ]
    )
    ours = powers[:, 0] > 10 * FRAME_SAMPLES * (32768 * 10 ** (ROOM_DBFS / 20)) ** 2
    late = np.arange(len(powers)) > len(powers) // 2
    first, second = (powers[ours & half].sum(axis=0) for half in (~late, late))
    return 10 * float(np.log10(first[0] / first[1])), 10 * float(np.log10(second[0] / second[1]))


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--rooms", type=int, default=24)
    parser.add_argument("--speaker", nargs="+", default=["woman", "man"])
    options = parser.parse_args()
    rng, canceller = np.random.default_rng(options.seed), EchoCanceller()
    voices = [list(spoken("nb", speaker).values()) for speaker in options.speaker]
    found, frames, began = [], 0, time.process_time()
    for number in range(options.rooms):
        bed = Bed(None, replace(a_room(rng), db=0.0, canceller=False), rng)
        texts = voices[number % len(voices)]
        for nth in range(SENTENCES):
            text = texts[int(rng.integers(len(texts)))]
            frames += len(text) // FRAME_SAMPLES
            found.append(Found(nth, *sentence(canceller, bed, text, rng)))
            bed.go_on(len(text))
    took_ms = (time.process_time() - began) / frames * 1000
    for name, chosen in (
        ("first sentence in a room", [f for f in found if f.in_room == 0]),
        ("later sentences", [f for f in found if f.in_room]),
    ):
        halves = [float(np.median([getattr(f, half) for f in chosen])) for half in ("first_db", "second_db")]
        figure(f"{name}: taken off its halves, median dB", f"{halves[0]:.1f}; {halves[1]:.1f}", "-")
    for least in (8, 12):
        share = np.mean([f.second_db > least for f in found])
        figure(f"second halves with more than {least} dB taken off", f"{share:.0%} of {len(found)}", "-")
    figure("cost with the making of the echo, a frame of 20 ms", f"{took_ms:.2f} ms of a core", "-")


if __name__ == "__main__":
    main()
