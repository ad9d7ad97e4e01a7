"""Is a spoken text taken for a person? Every text by every speaker comes back as an echo; nothing may be heard.

    python -m tests.bench.own_voice.every_text [--language nb] [--speaker woman man engine]

One room (RT60 0.3 s, 80 ms late), the echo as loud as a person and 10 dB below, both while it speaks and, the harder
case, idle and not told that it speaks: a second device in the room that hears this one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from skill.audio.samples import RATE_HZ, Samples
from skill.audio.sound import resample
from skill.content.phrases import load_phrases
from skill.content.script_reading import read_script
from skill.events import Heard
from skill.hearing.recognise.recogniser import VoskModel
from skill.languages import Language
from skill.paths import prompts_dir
from skill.service.assembly import make_voice
from skill.settings.values import Settings
from skill.speaking.cache import finished
from tests.bench.listening.common import (
    a_listener,
    arguments,
    at_level,
    figure,
    frames_of,
    in_room,
    pink,
    room_response,
    to_samples,
    upper_bound,
)
from tests.bench.own_voice.echo_table import PERSON_DBFS, ROOM_DBFS, Bed, Conditions

DELAY_MS, RT60_S = 80, 0.3
QUIET_S = 1.5


def spoken(language: Language, speaker: str) -> dict[str, Samples]:
    """Every text, once, at 16 kHz."""
    settings = replace(Settings(), language=language)
    settings = replace(settings, voice=replace(settings.voice, speaker=speaker))
    voice = make_voice(settings)
    texts = sorted(set(read_script(prompts_dir(), language)[0].texts.values()))
    return {text: resample(finished(voice.render(text, language, 120)), RATE_HZ).samples for text in texts}


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--language", choices=("nb", "nn"), default="nb")
    parser.add_argument("--speaker", nargs="+", default=["woman", "man", "engine"])
    options = parser.parse_args()
    book = load_phrases(prompts_dir(), options.language)
    model = VoskModel(options.model)
    for speaker in options.speaker:
        texts = spoken(options.language, speaker)
        hours = sum(len(sound) for sound in texts.values()) / RATE_HZ / 3600
        for db in (0, -10):
            rng = np.random.default_rng(options.seed)
            bed = Bed(a_listener(options, model, book), Conditions(db, DELAY_MS, RT60_S), rng)
            own = [(text, event.phrase) for text, sound in texts.items() for event in bed.play(sound)]
            for text, phrase in own:
                print(f"      «{text}» was heard as «{phrase}»")
            figure(
                f"{speaker} {db} dB: while it speaks",
                f"{len(own)} of {len(texts)}, {upper_bound(len(own), hours):.0f}/h",
                "0",
            )
        rng = np.random.default_rng(options.seed)
        listener = a_listener(options, model, book)
        listener.listen("idle")
        response, at, other = room_response(RT60_S, rng), 0, []
        for text, sound in texts.items():
            far = at_level(in_room(np.pad(sound, (0, round(QUIET_S * RATE_HZ))), response), PERSON_DBFS - 10)
            for frame in frames_of(
                to_samples(far + at_level(pink(len(far) / RATE_HZ + 0.01, rng), ROOM_DBFS)[: len(far)])
            ):
                at += len(frame)
                other += [
                    (text, e.phrase) for e in listener.feed(frame, at / RATE_HZ) if isinstance(e, Heard)
                ]
        for text, phrase in other:
            print(f"      «{text}» by another device was heard as «{phrase}»")
        figure(f"{speaker}: by another device, idle", f"{len(other)} of {len(texts)}", "-")


if __name__ == "__main__":
    main()
