"""What does the second ear make of talk that does not stop, and of cries within it? `stream…` and
`risen` in thresholds.toml.

    python -m tests.bench.listening.stream_scores --clips DIR --talk DIR --hours 1 --results FILE

Slides the listener's window over unbroken talk of people, in other languages and synthesised, and lays cries of each
kind over it at 5, 10 and 20 dB. Writes one line for each window and phrase that comes near; prints what thresholds
would let through and lose. The half of the talk and of the voices with an even hash is chosen by, the other is told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from skill.audio.samples import RATE_HZ
from skill.content.phrases import PhraseBook, load_phrases
from skill.hearing.accept.second_opinion import in_stream
from skill.hearing.accept.spotting import EVERY_S, WINDOW_S
from skill.hearing.accept.stream import nats
from skill.hearing.second_ear_here import judged_phrases
from skill.paths import models_dir, prompts_dir
from skill.second_ear.verdict import SecondEar, open_second_ear
from tests.bench.listening.common import Floats, arguments, at_level, load_clips, to_samples, wilson
from tests.bench.listening.through_talk import TALK_DBFS, Backgrounds, cries

NEAR = -1.8  # by the letter: nothing lower is ever believed
KINDS = ("a cry, idle", "a danger word, idle", "«stopp», in relief")
GRAMMARS = ("idle", "hold")


@dataclass(frozen=True)
class Near:
    """A phrase that a window came near; `said` is what was truly said in it, "" for talk alone."""

    source: str
    grammar: str
    said: str
    above_db: float
    window: int
    phrase: str
    score: float

    @property
    def chosen_by(self) -> bool:
        return hashlib.sha256(self.source.encode()).digest()[0] % 2 == 0

    @property
    def nats(self) -> float:
        """In all, over a free row of sounds."""
        return nats(self.phrase, self.score)


def windows(sound: Floats) -> Iterator[Floats]:
    size, hop = round(WINDOW_S * RATE_HZ), round(EVERY_S * RATE_HZ)
    for end in range(size, len(sound) + 1, hop):
        yield sound[end - size : end]


class Collecting:
    """Appends to a file what comes near."""

    def __init__(self, ear: SecondEar, phrases: dict[str, list[str]], file: Path) -> None:
        self._ear, self._phrases, self._file = ear, phrases, file

    def hear(self, source: str, grammar: str, sound: Floats, said: str = "", above_db: float = 0.0) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"source": source, "grammar": grammar, "said": said, "above_db": above_db,
                                   "seconds": len(sound) / RATE_HZ}) + "\n")  # fmt: skip
            for number, window in enumerate(windows(sound)):
                found = self._ear.judge(to_samples(window), self._phrases[grammar]).anywhere
                for phrase, score in found.items():
                    if score > NEAR:
                        near = Near(source, grammar, said, above_db, number, phrase, round(score, 3))
                        file.write(json.dumps(asdict(near), ensure_ascii=False) + "\n")


def collect_cries(collecting: Collecting, book: PhraseBook, options: object, talk: Sequence[Path]) -> None:
    clips = load_clips(options.clips)  # type: ignore[attr-defined]
    backgrounds = Backgrounds(talk, 77)
    for kind in KINDS:
        grammar = "hold" if "relief" in kind else "idle"
        for clip in cries(clips, book, kind):
            for above_db in (5.0, 10.0, 20.0):
                sound = at_level(backgrounds.next(), TALK_DBFS)[: round(7.0 * RATE_HZ)]
                said = at_level(clip.sound, TALK_DBFS + above_db)
                at = round(3.0 * RATE_HZ)
                sound[at : at + len(said)] += said[: len(sound) - at]
                collecting.hear(clip.voice, grammar, sound, clip.text, above_db)


def collect_talk(collecting: Collecting, hours: float, talk: Sequence[Path], seed: int) -> None:
    backgrounds, heard_s, number = Backgrounds(talk, seed), 0.0, 0
    while heard_s < hours * 3600:
        sound = np.concatenate([at_level(backgrounds.next(), TALK_DBFS) for _ in range(1)])
        collecting.hear(f"talk {seed} {number}", GRAMMARS[(number // 3) % 2], sound)
        heard_s, number = heard_s + len(sound) / RATE_HZ, number + 1


def tell(file: Path) -> None:
    """What each pair of thresholds lets through of talk alone, and finds of cries."""
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    heard = [line for line in lines if "phrase" not in line]
    near = [Near(**line) for line in lines if "phrase" in line]
    hours = sum(line["seconds"] for line in heard if not line["said"]) / 3600
    print(f"talk alone: {hours:.2f} h, {len(near)} near phrases")
    for least in (-0.2, -0.25, -0.3, -0.45, -0.7, -1.0):
        for in_all in (8, 11, 13, 14.5, 15.5, 17):
            enough = [n for n in near if n.score >= least and n.nats >= in_all]
            through = {(n.source, n.phrase) for n in enough if not n.said}
            shares = []
            for grammar in GRAMMARS:
                for db in (5.0, 10.0, 20.0):
                    tried = [h for h in heard if (h["above_db"], h["grammar"]) == (db, grammar) and h["said"]]
                    got = {
                        (n.source, n.said)
                        for n in enough
                        if (n.above_db, n.grammar) == (db, grammar) and n.said
                    }
                    shares.append(wilson(len(got), len(tried)).split(" [")[0])
            phrases = sorted({phrase for _, phrase in through})
            print(f"{least} {in_all}: through {len(through)} {phrases[:7]}; found {' '.join(shares)}")


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--talk", type=Path, action="append", default=[])
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--tell", action="store_true", help="only print what has been collected")
    options = parser.parse_args()
    if not options.tell:
        book = load_phrases(prompts_dir(), "nb")
        ear = open_second_ear(models_dir() / "second_ear", options.model / "lexicon.tsv")
        judged = judged_phrases(book, options.model / "lexicon.tsv")
        phrases = {name: judged[in_stream(name)] for name in GRAMMARS}
        collecting = Collecting(ear, phrases, options.results)
        collect_cries(collecting, book, options, options.talk)
        collect_talk(collecting, options.hours, options.talk, options.seed)
    tell(options.results)


if __name__ == "__main__":
    main()
