"""A cry, «stopp» and danger words through talk without a pause, first and third try.

    python -m tests.bench.listening.through_talk --clips DIR --talk DIR --size 12

Behind each cry: people (recordings below each --talk), other languages, a synthesised conversation, all with their
pauses cut out. The cry is 5 to 30 dB above the talk and is said three times, 4.5 s apart; talk goes on throughout.
`hold` is in the middle of relief. SYNTHETIC cries. --ears first is the listener without the second ear.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from skill.audio.samples import RATE_HZ
from skill.content.phrases import PhraseBook
from skill.events import Heard
from skill.hearing.recognise.evidence import ASKED_FOR
from tests.bench.listening.common import (
    Bedside,
    Clip,
    Floats,
    arguments,
    at_level,
    figure,
    frames_of,
    load_clips,
    open_bedside,
    rms,
    to_samples,
    wilson,
)
from tests.bench.listening.false_starts import recordings
from tests.bench.listening.talk import OTHER, talk
from tests.hearing.speech import pause, rendered

LEVELS_DB = (5.0, 10.0, 20.0, 30.0)
TALK_DBFS = -47.0
BEFORE_S, APART_S, TRIES = 8.0, 4.5, 3
GOALS = {5.0: "-", 10.0: "85 / 97 %", 20.0: "97 / 100 %", 30.0: "97 / 100 %"}
KINDS = {"a cry, idle": "idle", "a danger word, idle": "idle", "«stopp», in relief": "hold",
         "a danger word, in relief": "hold"}  # fmt: skip


@dataclass(frozen=True)
class Heeded:
    """What came of three tries: which of them was heard, and what else was."""

    at_try: int  # 0 for none
    others: tuple[str, ...]


def without_pauses(sound: Floats, longest_s: float = 0.12) -> Floats:
    """Stretches softer than 18 dB below the whole are shortened to this."""
    window = RATE_HZ // 50
    parts = [sound[at : at + window] for at in range(0, len(sound) - window + 1, window)]
    least, kept, quiet = rms(sound) * 10 ** (-18 / 20), [], 0
    for part in parts:
        quiet = quiet + 1 if rms(part) < least else 0
        if quiet * 0.02 <= longest_s:
            kept.append(part)
    return np.concatenate(kept) if kept else sound


def languages(seconds: float, rng: np.random.Generator) -> Floats:
    """Two voices in other languages over each other."""
    both = []
    for _ in range(2):
        said, count = [], 0
        while count < seconds * RATE_HZ:
            language = str(rng.choice(list(OTHER)))
            said.append(
                rendered(OTHER[language], language, int(rng.integers(130, 190)), int(rng.integers(20, 80)))
            )
            count += len(said[-1])
        both.append(at_level(np.concatenate(said)[: round(seconds * RATE_HZ)], -30.0))
    return np.asarray(both[0] + both[1])


def people(folders: Sequence[Path], seed: int, seconds: float) -> Iterator[Floats]:
    """Unbroken pieces of recordings, each so long."""
    left = np.zeros(0)
    while True:
        before = len(left)
        for folder in folders:
            for _, sound in recordings(folder, seed):
                left = np.concatenate([left, at_level(without_pauses(sound), -30.0)])
                while len(left) >= seconds * RATE_HZ:
                    yield left[: round(seconds * RATE_HZ)]
                    left = left[round(seconds * RATE_HZ) :]
        if len(left) == before:
            return


class Backgrounds:
    """Talk without a pause, of each kind in turn."""

    def __init__(self, folders: Sequence[Path], seed: int) -> None:
        self.seconds = BEFORE_S + TRIES * APART_S
        self._rng = np.random.default_rng([seed, 7])
        self._people = people(folders, seed, self.seconds)
        self._number = 0

    def next(self) -> Floats:
        self._number += 1
        kind = self._number % 3
        if kind == 0 and (found := next(self._people, None)) is not None:
            return found
        if kind == 1:
            return languages(self.seconds, self._rng)
        said = without_pauses(talk(2 * self.seconds, self._rng, 0.2).astype(np.float64))
        return said[: round(self.seconds * RATE_HZ)]


def cries(clips: Sequence[Clip], book: PhraseBook, kind: str) -> list[Clip]:
    """Clips of this kind, and «stopp» by espeak-ng where nobody else says it."""
    grammar = KINDS[kind]
    names = {"a cry, idle": {"cramp"}, "«stopp», in relief": {"stop"}}.get(kind, set(ASKED_FOR))
    meanings = [(clip, book.meaning(clip.text, grammar)) for clip in clips]
    found = [clip for clip, meaning in meanings if meaning is not None and meaning.name in names]
    if kind == "«stopp», in relief":
        found += [Clip("stopp", voice, rendered("stopp", voice)) for voice in ("nb+f5", "nb+m8", "nb")]
    return found


def attempt(
    bedside: Bedside, book: PhraseBook, clip: Clip, background: Floats, above_db: float, grammar: str
) -> Heeded:
    """Say it up to three times; what is heard in the time of a try counts for that one."""
    sound = at_level(background, TALK_DBFS)
    said = at_level(clip.sound, TALK_DBFS + above_db)
    starts_s = [BEFORE_S + number * APART_S for number in range(TRIES)]
    for start_s in starts_s:
        at = round(start_s * RATE_HZ)
        sound[at : at + len(said)] += said[: len(sound) - at]
    meaning, others = book.meaning(clip.text, grammar), []
    bedside.hear(pause(3.0))
    bedside.listener.listen(grammar)
    began_s = bedside.now_s
    for frame in frames_of(to_samples(sound)):
        for event, at_s, _ in bedside.hear(np.frombuffer(frame, np.int16)):
            if not isinstance(event, Heard):
                continue
            since_s = at_s - began_s
            if event.intent == meaning and since_s > BEFORE_S:
                return Heeded(sum(since_s > start_s for start_s in starts_s), tuple(others))
            others.append(event.phrase)
    return Heeded(0, tuple(others))


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument(
        "--talk", type=Path, action="append", default=[], help="folder of recordings of people"
    )
    parser.add_argument("--size", type=int, default=12, help="cries of each kind at each level")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--levels", nargs="*", type=float, default=list(LEVELS_DB))
    options = parser.parse_args()
    bedside, book = open_bedside(options)
    clips = load_clips(options.clips)
    others: list[str] = []
    for kind in options.kinds:
        chosen = cries(clips, book, kind)
        np.random.default_rng([options.seed, len(kind)]).shuffle(chosen)
        for above_db in options.levels:
            backgrounds = Backgrounds(options.talk, options.seed)
            found = [
                attempt(bedside, book, chosen[n % len(chosen)], backgrounds.next(), above_db, KINDS[kind])
                for n in range(options.size)
            ]
            others += [phrase for one in found for phrase in one.others]
            first, third = sum(f.at_try == 1 for f in found), sum(f.at_try > 0 for f in found)
            name = f"{kind} +{above_db:.0f} dB: first try / within three"
            figure(
                name, f"{wilson(first, len(found))} / {wilson(third, len(found))}", GOALS.get(above_db, "-")
            )
    hours = bedside.now_s / 3600
    figure(
        "heard of the talk alone, or taken for something else",
        f"{len(others)} in {hours:.2f} h: {others}",
        "0",
    )
    figure(
        "work / audio of the listener's process, one core",
        f"{100 * bedside.work_s / bedside.now_s:.1f} %",
        "15 %",
    )


if __name__ == "__main__":
    main()
