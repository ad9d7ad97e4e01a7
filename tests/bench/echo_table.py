"""Own voice in the microphone: what it triggers, and which commands get through it.

    python -m tests.bench.echo_table [--clips DIR] [--canceller]

Every level and delay: the device's own prompts, as a small loudspeaker plays them, come back through a made-up room
`delay` ms later and so many dB below a person's voice at the microphone. Without a person nothing may be heard;
with one saying «stopp», «hjelp», an alarm phrase or another command over them, that should be. Before each of these
two sentences are played out, as in a night. --canceller: with our own voice taken out of the microphone's sound first
(`echo_canceller`; a speakerphone does so). SYNTHETIC voices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skill.content.phrases import PhraseBook, load_phrases
from skill.content.script import load_script
from skill.events import Heard
from skill.hearing.frames import FRAME_SAMPLES, RATE_HZ, Samples
from skill.hearing.listener import Listener
from skill.hearing.recogniser import VoskModel
from skill.paths import prompts_dir
from tests.bench.echo_canceller import EchoCanceller
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
    wilson,
)
from tests.hearing.speech import speech

PERSON_DBFS, ROOM_DBFS = -26.0, -58.0
LEVELS_DB = (0, -10, -20)
PLACES = ((20, 0.0), (80, 0.3), (150, 0.5), (300, 0.5))  # delay ms, RT60 s
PLAYED_OUT = 2  # sentences before each that somebody speaks over
STRICT = ("stopp", "hjelp", "får ikke puste", "vondt i brystet", "han har kramper")


@dataclass
class Cell:
    """One place and level: what was heard of how many."""

    own: int = 0
    own_s: float = 0.0
    right: int = 0
    wrong: int = 0
    n: int = 0
    strict_right: int = 0
    strict_n: int = 0


def prompts(rng: np.random.Generator, seconds: float) -> list[Samples]:
    """Sentences of the script in random order, this much of them."""
    texts = sorted(load_script(prompts_dir(), "nb").texts.values())
    chosen: list[Samples] = []
    while sum(len(sound) for sound in chosen) < seconds * RATE_HZ:
        chosen.append(speech(texts[int(rng.integers(len(texts)))], "nb", 120))
    return chosen


def echo_of(prompt: Samples, db: float, delay_ms: int, response: Floats) -> Floats:
    driven = np.tanh(1.5 * prompt.astype(np.float64) / 32768) / 1.5 * 32768  # small loudspeakers press what is loud
    late = np.concatenate([np.zeros(delay_ms * RATE_HZ // 1000), driven])
    return at_level(in_room(late, response) if len(response) else late, PERSON_DBFS + db)


class Bed:
    """A device and its room."""

    def __init__(
        self, bedside: Bedside, db: float, delay_ms: int, rt60_s: float, rng: np.random.Generator, canceller: bool
    ) -> None:
        self._bedside = bedside
        self._db, self._delay_ms = db, delay_ms
        self._response = room_response(rt60_s, rng) if rt60_s else np.zeros(0)
        self._rng = rng
        self._canceller = EchoCanceller() if canceller else None

    def play(self, prompt: Samples, person: Samples | None = None) -> list[Heard]:
        """One prompt with its echo, perhaps a person over it; what was heard until a second after its end."""
        rng, length = self._rng, len(prompt) + RATE_HZ
        whole = at_level(pink(length / RATE_HZ + 0.01, rng), ROOM_DBFS)[:length]
        whole += np.resize(np.concatenate([echo_of(prompt, self._db, self._delay_ms, self._response),
                                           np.zeros(length)]), length)  # fmt: skip
        if person is not None:
            start = int(rng.integers(0, max(1, len(prompt) - len(person) - RATE_HZ // 2)))
            said = at_level(person, PERSON_DBFS)[: length - start]
            whole[start : start + len(said)] += said
        sound = self._cleaned(to_samples(whole), prompt)
        listener, ended = self._bedside.listener, len(prompt) // FRAME_SAMPLES * FRAME_SAMPLES
        listener.listen("speaking")
        listener.own_voice(True)
        events = self._bedside.hear(sound[:ended])
        listener.own_voice(False)
        listener.listen("idle")
        events += self._bedside.hear(sound[ended:])
        return [event for event in verdicts(events) if isinstance(event, Heard)]

    def _cleaned(self, sound: Samples, prompt: Samples) -> Samples:
        if self._canceller is None:
            return sound
        played = np.concatenate([prompt, np.zeros(RATE_HZ, np.int16)])
        frames = range(0, len(sound) - FRAME_SAMPLES + 1, FRAME_SAMPLES)
        return np.concatenate(
            [self._canceller.clean(sound[i : i + FRAME_SAMPLES], played[i : i + FRAME_SAMPLES]) for i in frames]
        )


def measure(bed: Bed, said: list[Clip], book: PhraseBook, rng: np.random.Generator) -> Cell:
    cell = Cell()
    alone = prompts(rng, 60.0)
    for clip, prompt in zip(said, prompts(rng, 6.0 * len(said)), strict=False):
        for _ in range(PLAYED_OUT):
            sentence = alone[int(rng.integers(len(alone)))]
            cell.own_s += len(sentence) / RATE_HZ
            for event in bed.play(sentence):
                cell.own += 1
                print("      own voice was heard as", event.phrase, event.grammar)
        long = prompt if len(prompt) >= len(clip.sound) + RATE_HZ else np.concatenate([prompt, prompt, prompt])
        heard, meaning = bed.play(long, clip.sound), book.meaning(clip.text, "speaking")
        right = any(event.intent == meaning for event in heard)
        cell.n, cell.right = cell.n + 1, cell.right + right
        cell.wrong += any(event.intent != meaning for event in heard)
        if clip.text in STRICT:
            cell.strict_n, cell.strict_right = cell.strict_n + 1, cell.strict_right + right
    return cell


def commands(clips: list[Clip], book: PhraseBook) -> list[Clip]:
    live = {phrase.text for phrase in book.live("speaking")}
    return [clip for clip in clips if clip.text in live]


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--canceller", action="store_true", help="take our own voice out first")
    options = parser.parse_args()
    book = load_phrases(prompts_dir(), "nb")
    model = VoskModel(options.model)
    said = commands(load_clips(options.clips), book)
    print(f"commands: {sorted({clip.text for clip in said})} by {sorted({clip.voice for clip in said})}")
    cells: dict[int, list[Cell]] = {db: [] for db in LEVELS_DB}
    for delay_ms, rt60_s in PLACES:
        for db in LEVELS_DB:
            rng = np.random.default_rng(options.seed)
            bedside = Bedside(Listener(model, book))  # how loud its own voice is, it learns anew
            bed = Bed(bedside, db, delay_ms, rt60_s, rng, options.canceller)
            cell = measure(bed, said, book, rng)
            cells[db].append(cell)
            print(f"delay {delay_ms:>3} ms RT60 {rt60_s} echo {db:>3} dB: own voice {cell.own}; spoken over it "
                  f"{cell.right}/{cell.n} heard, {cell.wrong} misheard; stop and danger "
                  f"{cell.strict_right}/{cell.strict_n}", flush=True)  # fmt: skip
    for db, found in cells.items():
        hours, own = sum(cell.own_s for cell in found) / 3600, sum(cell.own for cell in found)
        figure(f"{db} dB: own voice, triggers", f"{own} in {hours:.2f} h, bound {upper_bound(own, hours):.1f}/h", "0")
        figure(f"{db} dB: spoken over it, heard", wilson(sum(c.right for c in found), sum(c.n for c in found)), "-")
        strict = wilson(sum(c.strict_right for c in found), sum(c.strict_n for c in found))
        figure(f"{db} dB: stop and danger spoken over it, heard", strict, "-")


if __name__ == "__main__":
    main()
