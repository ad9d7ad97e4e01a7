"""Own voice in the microphone: what it triggers, and which commands get through it.

    python -m tests.bench.echo_table --model models/nb [--minutes 2] [--clips DIR]

Every level and delay: the device's own prompts, as the loudspeaker played them, come back through a made-up
room `delay` ms later and so many dB below a person's voice at the microphone. Without a person nothing may be
heard; with one saying «stopp», «hjelp» or an alarm phrase over them, these should be. SYNTHETIC voices.
"""

from __future__ import annotations

import numpy as np

from skill.content.phrases import PhraseBook, load_phrases
from skill.content.script import load_script
from skill.events import Heard
from skill.hearing.frames import RATE_HZ, Samples
from skill.hearing.listener import Listener
from skill.hearing.recogniser import VoskModel
from skill.paths import prompts_dir
from tests.bench.hearing_common import (
    Bedside,
    Clip,
    Floats,
    arguments,
    at_level,
    figure,
    in_room,
    load_clips,
    pink,
    room_response,
    to_samples,
    upper_bound,
    verdicts,
)
from tests.hearing.speech import speech

PERSON_DBFS, ROOM_DBFS = -26.0, -58.0
LEVELS_DB = (0, -5, -10, -15, -20)
PLACES = ((20, 0.0), (80, 0.3), (150, 0.5), (300, 0.5))  # delay ms, RT60 s


def prompts(rng: np.random.Generator, seconds: float) -> list[Samples]:
    """Sentences of the script in random order, this much of them."""
    texts = sorted(load_script(prompts_dir(), "nb").texts.values())
    chosen: list[Samples] = []
    while sum(len(sound) for sound in chosen) < seconds * RATE_HZ:
        chosen.append(speech(texts[int(rng.integers(len(texts)))], "nb", 120))
    return chosen


def echo_of(prompt: Samples, db: float, delay_ms: int, response: Floats) -> Floats:
    late = np.concatenate([np.zeros(delay_ms * RATE_HZ // 1000), prompt.astype(np.float64)])
    return at_level(in_room(late, response) if len(response) else late, PERSON_DBFS + db)


def play(
    bedside: Bedside, echo: Floats, prompt: Samples, person: Samples | None, rng: np.random.Generator
) -> list[Heard]:
    """One prompt with its echo, perhaps a person over it; what was heard until a second after its end."""
    length = len(prompt) + RATE_HZ
    whole = at_level(pink(length / RATE_HZ + 0.01, rng), ROOM_DBFS)[:length]
    whole[: min(len(echo), length)] += echo[:length]
    if person is not None:
        latest = max(1, len(prompt) - len(person) - RATE_HZ // 2)
        start = int(rng.integers(0, latest))
        said = at_level(person, PERSON_DBFS)[: length - start]
        whole[start : start + len(said)] += said
    sound = to_samples(whole)
    bedside.listener.listen("speaking")
    bedside.listener.own_voice(True)
    events = bedside.hear(sound[: len(prompt)])
    bedside.listener.own_voice(False)
    bedside.listener.listen("idle")
    events += bedside.hear(sound[len(prompt) :])
    return [event for event in verdicts(events) if isinstance(event, Heard)]


def commands(clips: list[Clip], book: PhraseBook) -> list[Clip]:
    live = {phrase.text for phrase in book.live("speaking")}
    return [clip for clip in clips if clip.text in live]


def main() -> None:
    options = arguments(__doc__ or "", minutes=2.0).parse_args()
    book = load_phrases(prompts_dir(), "nb")
    model = VoskModel(options.model)
    said = commands(load_clips(options.clips), book)
    print(f"commands: {sorted({clip.text for clip in said})} by {sorted({clip.voice for clip in said})}")
    hours, triggered = 0.0, 0
    for delay_ms, rt60_s in PLACES:
        for db in LEVELS_DB:
            rng = np.random.default_rng(options.seed)
            bedside = Bedside(Listener(model, book))  # how loud its own voice is, it learns anew
            response = room_response(rt60_s, rng) if rt60_s else np.zeros(0)
            alone, right, wrong, n = 0, 0, 0, 0
            seconds = options.minutes * 60 / len(PLACES) / len(LEVELS_DB)
            for prompt in prompts(rng, seconds):
                heard = play(bedside, echo_of(prompt, db, delay_ms, response), prompt, None, rng)
                alone += len(heard)
                hours += len(prompt) / RATE_HZ / 3600
                for event in heard:
                    print("      own voice was heard as", event.phrase, event.grammar)
            triggered += alone
            for clip, prompt in zip(said, prompts(rng, 6.0 * len(said)), strict=False):
                if len(prompt) < len(clip.sound) + RATE_HZ:
                    prompt = np.concatenate([prompt, prompt, prompt])
                heard = play(bedside, echo_of(prompt, db, delay_ms, response), prompt, clip.sound, rng)
                n += 1
                meaning = book.meaning(clip.text, "speaking")
                right += any(event.intent == meaning for event in heard)
                wrong += any(event.intent != meaning for event in heard)
            print(f"delay {delay_ms:>3} ms RT60 {rt60_s} echo {db:>3} dB: own voice {alone}; "
                  f"spoken over it {right}/{n} heard, {wrong} misheard", flush=True)  # fmt: skip
    value = f"{triggered} in {hours:.2f} h, upper bound {upper_bound(triggered, hours):.1f}/h"
    figure("own voice, triggers", value, "0")


if __name__ == "__main__":
    main()
