"""Answers begun before our own voice has ended, without the echo canceller, and our own voice alone.

    python -m tests.bench.own_voice.over_the_end [--hours 1] [--clips DIR]

Each answer of --clips begins so many seconds before the end of a sentence: heard as what it is, as something else,
asked about again, or nothing. Echo none, 10 dB below the person and as loud. Then sentences of the script alone in
rooms that change, each followed by one of the answers' grammar classes: what is heard. SYNTHETIC voices.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from skill.audio.samples import RATE_HZ, Samples
from skill.content.phrases import load_phrases
from skill.events import Heard, Unclear
from skill.hearing.listener import HearingEvent, Listener
from skill.hearing.recognise.recogniser import VoskModel
from skill.paths import prompts_dir
from tests.bench.listening.common import (
    Bedside,
    Clip,
    Floats,
    a_listener,
    arguments,
    at_level,
    figure,
    load_clips,
    pink,
    room_response,
    to_samples,
    wilson,
)
from tests.bench.own_voice.echo_table import PERSON_DBFS, ROOM_DBFS, as_long, echo_of, prompts
from tests.bench.own_voice.every_text import spoken
from tests.bench.own_voice.hours import CHANGES, a_room

BEGUN_S = (0.7, 0.5, 0.3, 0.2, 0.1, 0.0, -0.2, -0.4)
ECHOES_DB = (-80.0, -10.0, 0.0)
AFTER = ("hold", "better", "yes_no", "place", "number", "idle")
MEANT_IN = "hold"


class Bed:
    """A device that isn't told what it plays, and its room."""

    def __init__(self, listener: Listener, rng: np.random.Generator) -> None:
        self._bedside = Bedside(listener)
        self._rng = rng
        self._hear(np.zeros(RATE_HZ))

    def _hear(self, sound: Floats) -> list[HearingEvent]:
        noise = at_level(pink(len(sound) / RATE_HZ + 0.01, self._rng), ROOM_DBFS)[: len(sound)]
        return [event for event, _, _ in self._bedside.hear(to_samples(sound + noise))]

    def says(self, echo: Floats, end: int, after: str, person: Floats | None = None) -> list[HearingEvent]:
        """`echo` until a while after its `end`, in samples, and `person` beside it."""
        sound = echo if person is None else echo + person
        listener = self._bedside.listener
        listener.listen("speaking")
        listener.own_voice(True)
        events = self._hear(sound[:end])
        listener.own_voice(False)
        listener.listen(after)
        return events + self._hear(sound[end:])


def over_the_end(
    bed: Bed, clips: list[Clip], begun_s: float, db: float, rng: np.random.Generator
) -> Counter[str]:
    """How the clips were heard that are long enough to be still spoken then."""
    book, found = load_phrases(prompts_dir(), "nb"), Counter[str]()
    for clip, sentence in zip(clips, prompts(rng, 8.0 * len(clips)), strict=False):
        loud = np.flatnonzero(np.abs(clip.sound) > 0.05 * np.abs(clip.sound).max())
        said = at_level(clip.sound, PERSON_DBFS)[int(loud[0]) :]
        before = round(begun_s * RATE_HZ)
        if before > 0.9 * len(said):
            continue
        end = len(sentence) // 320 * 320
        length = end + 2 * RATE_HZ + len(said)
        echo = echo_of(sentence, db, 60, room_response(float(rng.uniform(0.2, 0.5)), rng))
        person = np.zeros(length)
        begin = max(0, end - before)
        person[begin : begin + len(said)] = said
        events = bed.says(as_long(echo, length), end, MEANT_IN, person)
        meant = book.meaning(clip.text, MEANT_IN)
        heard = [event.intent for event in events if isinstance(event, Heard)]
        if meant is not None and any(each.name == meant.name for each in heard):
            found["right"] += 1
        elif heard:
            found["other"] += 1
        else:
            found["unclear" if any(isinstance(event, Unclear) for event in events) else "nothing"] += 1
    return found


def alone(
    listener: Listener, texts: dict[str, Samples], hours: float, rng: np.random.Generator
) -> tuple[float, list[str]]:
    """Hours of our own voice, and what was heard of it."""
    bed, own_s, heard = Bed(listener, rng), 0.0, list[str]()
    room, response = replace(a_room(rng), canceller=False), room_response(0.3, rng)
    names = list(texts)
    while own_s < hours * 3600:
        if rng.random() < CHANGES:
            room = replace(a_room(rng), canceller=False)
            response = room_response(room.rt60_s, rng)
        name, after = names[int(rng.integers(len(names)))], AFTER[int(rng.integers(len(AFTER)))]
        sentence = texts[name]
        end = len(sentence) // 320 * 320
        echo = echo_of(sentence, room.db, room.delay_ms, response)
        length = end + 2 * RATE_HZ
        events = bed.says(as_long(echo, length), end, after)
        own_s += end / RATE_HZ
        heard += [f"{name}: {e.phrase} ({after})" for e in events if isinstance(e, Heard)]
    return own_s / 3600, heard


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--hours", type=float, default=1.0)
    options = parser.parse_args()
    book, model = load_phrases(prompts_dir(), "nb"), VoskModel(options.model)
    clips = [clip for clip in load_clips(options.clips) if book.meaning(clip.text, MEANT_IN)]
    for db in ECHOES_DB if clips else ():
        rng = np.random.default_rng(options.seed)
        bed = Bed(a_listener(options, model, book), rng)
        for begun_s in BEGUN_S:
            found = over_the_end(bed, clips, begun_s, db, rng)
            n = found.total()
            name = f"echo {db:.0f} dB, begun {begun_s:.1f} s before the end: as something else"
            figure(name, wilson(found["other"], n), "none")
            print("     ", dict(found), flush=True)
    if options.hours:
        rng = np.random.default_rng([options.seed, 1])
        hours, heard = alone(a_listener(options, model, book), spoken("nb", "woman"), options.hours, rng)
        figure("own voice alone, taken for a person", f"{len(heard)} in {hours:.2f} h", "none")
        print("     ", heard)


if __name__ == "__main__":
    main()
