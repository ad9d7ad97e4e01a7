"""Own voice in the microphone: what it triggers, and which commands get through it.

    python -m tests.bench.own_voice.echo_table [--clips DIR] [--canceller [--skew PPM]] [--places N]

Every level and delay: the device's own prompts, as a small loudspeaker plays them, come back through a made-up room
`delay` ms later and so many dB below a person's voice at the microphone. Without a person nothing may be heard;
with one saying «stopp», «hjelp», an alarm phrase or another command over them, that should be. Before each of these
two sentences are played out, as in a night. --canceller: the program is told what is played and takes it out
(`skill.hearing.duplex`); --skew: the loudspeaker's clock is slower than the microphone's, as with two devices;
--jumps: the echo moves by 5 ms at some moment of every third sentence; --show: what each command is judged by.
SYNTHETIC voices.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import map_coordinates

from skill.audio.samples import FRAME_SAMPLES, RATE_HZ, Samples
from skill.content.phrases import PhraseBook, load_phrases
from skill.content.script_reading import load_script
from skill.events import Heard
from skill.hearing.duplex import Duplex
from skill.hearing.echo.own_sound import LEAD_S, played
from skill.hearing.listener import HearingEvent, Listener
from skill.hearing.recognise.recogniser import VoskModel
from skill.paths import prompts_dir
from tests.bench.listening.common import (
    Clip,
    Floats,
    a_listener,
    arguments,
    at_level,
    figure,
    frames_of,
    in_room,
    load_clips,
    pink,
    room_response,
    to_samples,
    upper_bound,
    wilson,
)
from tests.hearing.speech import speech

PERSON_DBFS, ROOM_DBFS = -26.0, -58.0
LEVELS_DB = (0, -10, -20)
PLACES = ((20, 0.0), (80, 0.3), (150, 0.5), (300, 0.5))  # delay ms, RT60 s
AHEAD_S = 0.08  # a loudspeaker takes its samples so long before they are heard
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
    driven = (
        np.tanh(1.5 * prompt.astype(np.float64) / 32768) / 1.5 * 32768
    )  # small loudspeakers press what is loud
    late = np.concatenate([np.zeros(delay_ms * RATE_HZ // 1000), driven])
    return at_level(in_room(late, response) if len(response) else late, PERSON_DBFS + db)


def as_long(sound: Floats, length: int) -> Floats:
    """Cut, or with silence after it."""
    return np.resize(np.concatenate([sound, np.zeros(length)]), length)


@dataclass(frozen=True)
class Conditions:
    """How a device and its room are."""

    db: float  # of the echo, relative to the person
    delay_ms: int
    rt60_s: float
    canceller: bool = False
    skew: float = 0.0  # so much slower the loudspeaker's clock is
    jumps: bool = False


class Bed:
    """A device and its room."""

    def __init__(self, listener: Listener | None, conditions: Conditions, rng: np.random.Generator) -> None:
        self._rng = rng
        self.move_to(conditions)
        self._duplex = Duplex(listener, LEAD_S) if conditions.canceller and listener is not None else None
        self._ear = self._duplex or listener
        self._heard = 0  # samples by the microphone
        self._sentences = 0
        self.trusted = 0  # sentences at whose end the canceller was

    def move_to(self, conditions: Conditions) -> None:
        """Another room, or the same one changed; what the canceller has learned it keeps."""
        self._conditions = conditions
        self._response = room_response(conditions.rt60_s, self._rng) if conditions.rt60_s else np.zeros(0)

    def play(self, prompt: Samples, person: Samples | None = None) -> list[Heard]:
        """One prompt with its echo, perhaps a person over it; what was heard until a second after its end."""
        prompt = np.concatenate([np.zeros(round(AHEAD_S * RATE_HZ), np.int16), prompt])
        rng, length = self._rng, len(prompt) + RATE_HZ
        whole = at_level(pink(length / RATE_HZ + 0.01, rng), ROOM_DBFS)[:length]
        whole += self.echo(prompt, length)
        if person is not None:
            start = int(rng.integers(0, max(1, len(prompt) - len(person) - RATE_HZ // 2)))
            said = at_level(person, PERSON_DBFS)[: length - start]
            whole[start : start + len(said)] += said
        return [event for event in self._hear(to_samples(whole), prompt) if isinstance(event, Heard)]

    def go_on(self, samples: int) -> None:
        """So much time passes in the room."""
        self._heard += samples

    def echo(self, prompt: Samples, length: int) -> Floats:
        """What comes back of it into the microphone."""
        conditions = self._conditions
        echo = echo_of(prompt, conditions.db, conditions.delay_ms, self._response)
        echo = as_long(echo, length)
        self._sentences += 1
        jumps = conditions.jumps and self._sentences % 3 == 0
        if not conditions.skew and not jumps:
            return echo
        at = (self._heard + np.arange(length)) / (1 + conditions.skew) - self._begun
        if jumps:
            at[int(self._rng.integers(len(prompt))) :] -= 0.005 * RATE_HZ
        return np.asarray(map_coordinates(echo, [at], order=3, mode="constant"))

    @property
    def _begun(self) -> int:
        """The loudspeaker's count of samples now."""
        return round(self._heard / (1 + self._conditions.skew))

    def _hear(self, sound: Samples, prompt: Samples) -> list[HearingEvent]:
        ear, events = self._ear, []
        assert ear is not None
        ended = self._heard + len(prompt) // FRAME_SAMPLES * FRAME_SAMPLES
        pieces = [played(0, first, first / RATE_HZ * (1 + self._conditions.skew), prompt[place : place + FRAME_SAMPLES])
                  for place in range(0, len(prompt), FRAME_SAMPLES) for first in [self._begun + place]]  # fmt: skip
        ear.listen("speaking")
        ear.own_voice(True)
        for frame in frames_of(sound):
            if self._heard == ended:
                self.trusted += self._duplex is not None and self._duplex.trusted
                ear.own_voice(False)
                ear.listen("idle")
            while self._duplex is not None and pieces and pieces[0].at_s < self._heard / RATE_HZ + AHEAD_S:
                self._duplex.played(pieces.pop(0))
            self._heard += FRAME_SAMPLES
            events += ear.feed(frame, self._heard / RATE_HZ)
        return events


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
        long = (
            prompt if len(prompt) >= len(clip.sound) + RATE_HZ else np.concatenate([prompt, prompt, prompt])
        )
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
    parser.add_argument("--canceller", action="store_true", help="take our own voice out")
    parser.add_argument("--skew", type=float, default=0.0, help="ppm between the clocks of the two devices")
    parser.add_argument("--jumps", action="store_true", help="the echo's way changes at times")
    parser.add_argument("--places", type=int, default=len(PLACES), help="only the first so many")
    parser.add_argument("--commands", type=int, default=10_000, help="at most so many in each place")
    parser.add_argument(
        "--show", action="store_true", help="what speaks for and against each command, and whose it is"
    )
    options = parser.parse_args()
    if options.show:
        logging.basicConfig(format="      %(message)s")
        logging.getLogger("skill.hearing.over_own_voice").setLevel(logging.DEBUG)
    book = load_phrases(prompts_dir(), "nb")
    model = VoskModel(options.model)
    said = commands(load_clips(options.clips), book)
    said = [said[i] for i in np.random.default_rng(0).permutation(len(said))[: options.commands]]
    print(f"commands: {sorted({clip.text for clip in said})} by {sorted({clip.voice for clip in said})}")
    cells: dict[int, list[Cell]] = {db: [] for db in LEVELS_DB}
    for delay_ms, rt60_s in PLACES[: options.places]:
        for db in LEVELS_DB:
            rng = np.random.default_rng(options.seed)
            listener = a_listener(options, model, book)  # how loud its own voice is, it learns anew
            conditions = Conditions(
                db, delay_ms, rt60_s, options.canceller, options.skew * 1e-6, options.jumps
            )
            bed = Bed(listener, conditions, rng)
            cell = measure(bed, said, book, rng)
            cells[db].append(cell)
            trusted = f" trusted {bed.trusted}/{(PLAYED_OUT + 1) * cell.n};" if options.canceller else ""
            print(f"delay {delay_ms:>3} ms RT60 {rt60_s} echo {db:>3} dB:{trusted} own voice {cell.own}; "
                  f"spoken over it {cell.right}/{cell.n} heard, {cell.wrong} misheard; stop and danger "
                  f"{cell.strict_right}/{cell.strict_n}", flush=True)  # fmt: skip
    for db, found in cells.items():
        hours, own = sum(cell.own_s for cell in found) / 3600, sum(cell.own for cell in found)
        figure(
            f"{db} dB: own voice, triggers",
            f"{own} in {hours:.2f} h, bound {upper_bound(own, hours):.1f}/h",
            "0",
        )
        figure(
            f"{db} dB: spoken over it, heard",
            wilson(sum(c.right for c in found), sum(c.n for c in found)),
            "-",
        )
        strict = wilson(sum(c.strict_right for c in found), sum(c.strict_n for c in found))
        figure(f"{db} dB: stop and danger spoken over it, heard", strict, "-")


if __name__ == "__main__":
    main()
