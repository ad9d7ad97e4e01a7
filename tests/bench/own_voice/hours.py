"""Hours of our own voice through the echo canceller, in rooms that change: is it ever taken for a person?

    python -m tests.bench.own_voice.hours --results FILE [--hours 3] [--speaker woman man engine] [--language nb nn]

Every sentence of the script by each speaker, in random order. After each sentence the room changes with one chance in
three: another delay, echo time and level (0 to −20 dB below a person); in half of the rooms the clocks of microphone
and loudspeaker differ by up to 100 ppm, and in half of them the echo moves by 5 ms in mid-sentence at times.
--results is added to, five minutes at a time: what is stopped goes on where it was.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from skill.audio.samples import RATE_HZ, Samples
from skill.content.phrases import load_phrases
from skill.hearing.recognise.recogniser import VoskModel
from skill.paths import prompts_dir
from tests.bench.listening.common import a_listener, arguments, figure, upper_bound
from tests.bench.own_voice.echo_table import Bed, Conditions
from tests.bench.own_voice.every_text import spoken

PIECE_S = 300.0
CHANGES = 1 / 3


def a_room(rng: np.random.Generator) -> Conditions:
    """Any device in any bedroom."""
    return Conditions(
        db=float(rng.uniform(-20.0, 0.0)),
        delay_ms=int(rng.integers(10, 250)),
        rt60_s=float(rng.uniform(0.15, 0.5)),
        canceller=True,
        skew=float(rng.uniform(-100, 100)) * 1e-6 * float(rng.integers(2)),
        jumps=bool(rng.integers(2)),
    )


def piece(bed: Bed, texts: dict[str, Samples], rng: np.random.Generator) -> dict[str, object]:
    """Five minutes of it."""
    own_s, sentences, trusted, own = 0.0, 0, bed.trusted, []
    names = list(texts)
    while own_s < PIECE_S:
        if rng.random() < CHANGES:
            bed.move_to(a_room(rng))
        text = names[int(rng.integers(len(names)))]
        own_s, sentences = own_s + len(texts[text]) / RATE_HZ, sentences + 1
        own += [f"{text}: {event.phrase} ({event.grammar})" for event in bed.play(texts[text])]
    return {"own_s": own_s, "sentences": sentences, "trusted": bed.trusted - trusted, "own": own}


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--language", nargs="+", choices=("nb", "nn"), default=["nb", "nn"])
    parser.add_argument("--speaker", nargs="+", default=["woman", "man", "engine"])
    options = parser.parse_args()
    results: Path = options.results
    done = [json.loads(line) for line in results.read_text("utf-8").splitlines()] if results.exists() else []
    model, who = VoskModel(options.model), [(a, b) for a in options.language for b in options.speaker]
    voices: dict[tuple[str, str], dict[str, Samples]] = {}
    while sum(each["own_s"] for each in done) < options.hours * 3600:
        language, speaker = who[len(done) % len(who)]
        rng = np.random.default_rng([options.seed, len(done)])
        if (language, speaker) not in voices:
            voices[language, speaker] = spoken(language, speaker)
        bed = Bed(a_listener(options, model, load_phrases(prompts_dir(), language)), a_room(rng), rng)
        found = piece(bed, voices[language, speaker], rng) | {"language": language, "speaker": speaker}
        done.append(found)
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(found, ensure_ascii=False) + "\n")
        print(found, flush=True)
    hours, own = sum(each["own_s"] for each in done) / 3600, [one for each in done for one in each["own"]]
    trusted, sentences = (sum(each[name] for each in done) for name in ("trusted", "sentences"))
    figure("own voice through the canceller: triggers", f"{len(own)} in {hours:.2f} h", "0")
    figure("upper bound, an hour", f"{upper_bound(len(own), hours):.1f}", "-")
    figure("the canceller had proved itself at the end of", f"{trusted} of {sentences} sentences", "-")
    print("   ", own)


if __name__ == "__main__":
    main()
