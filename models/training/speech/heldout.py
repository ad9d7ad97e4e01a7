"""Synthetic persons that the model never learnt from, saying the product's phrases: what the card's figures rest on.

    python -m models.training.speech.heldout --work build/training --set test

Two sets with four Kokoro voices and four espeak-ng variants each, none of them used in training: «dev» to choose by,
«test» to report. One manifest each, as `python -m models.measuring --product` reads it; resumes where it was.

A short word alone comes out of Kokoro with sounds that nobody wrote, and in a sentence it makes no pause to cut at:
its voices say phrases and long words only, the short ones are espeak-ng's.
"""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
import soundfile
from scipy.signal import resample_poly

from models.training.speech import espeak
from models.training.speech.speak import trimmed
from models.training.speech.utterances import HELD_OUT_VOICES, Ways, accented, phrase, read_lexicon
from skill.audio.samples import RATE_HZ, Floats
from skill.speaking.making.kokoro import SAMPLE_RATE_HZ, Kokoro, symbols

VOICES: Final = {"dev": HELD_OUT_VOICES[:4], "test": HELD_OUT_VOICES[4:]}
VARIANTS: Final = {"dev": espeak.HELD_OUT[:4], "test": espeak.HELD_OUT[4:]}
FEWEST_PHONES: Final = 6  # for Kokoro


@dataclass(frozen=True)
class Saying:
    """One clip to be made: ``phones`` with «ˈ , |» among them."""

    text: str
    phones: tuple[str, ...]
    r: str
    engine: str
    voice: str
    speed: float

    @property
    def file(self) -> str:
        """Its name says what is said, and by whom."""
        return f"{self.engine}/{self.text.replace(' ', '_')}.{self.voice}.flac"


def sayings(phrases: Sequence[str], ways: Ways, which: str, by_kokoro: int, by_espeak: int) -> list[Saying]:
    """As many phrases for each engine, about half of them of one word; the usual way of each word and some others."""
    rnd = Random(f"held out {which}")
    known = [p for p in sorted(set(phrases)) if all(word in ways for word in p.split())]
    out: list[Saying] = []
    for engine, names, count, fewest in (
        ("kokoro", VOICES[which], by_kokoro, FEWEST_PHONES), ("espeak", VARIANTS[which], by_espeak, 1),
    ):  # fmt: skip
        fit = [p for p in known if sum(len(ways[word][0]) for word in p.split()) >= fewest]
        words, rows = [p for p in fit if " " not in p], [p for p in fit if " " in p]
        rnd.shuffle(words)
        rnd.shuffle(rows)
        # in turn, so that a run that was stopped half-way has some of each
        chosen = [p for pair in zip_longest(words, rows) for p in pair if p]
        for number, text in enumerate(chosen[:count]):
            phones, r = accented(phrase(text, ways, rnd, vary=rnd.random() < 0.3), rnd)
            out.append(
                Saying(text, phones, r, engine, names[number % len(names)], round(rnd.uniform(0.75, 1.15), 2))
            )
    return out


def by_kokoro(saying: Saying, engine: Kokoro) -> Floats:
    """16 kHz samples."""
    said = engine.say(symbols(saying.phones, Random(saying.file), r=saying.r), saying.voice, saying.speed)
    return trimmed(resample_poly(said, RATE_HZ // 8000, SAMPLE_RATE_HZ // 8000).astype(np.float32))


def by_espeak(saying: Saying, scratch: Path) -> Floats:
    """16 kHz samples; empty where espeak-ng failed."""
    rnd = Random(saying.file)
    try:
        espeak.say(
            espeak.speakable(saying.phones),
            scratch,
            saying.voice,
            int(160 * saying.speed),
            rnd.randint(20, 80),
        )
        x, rate = soundfile.read(scratch, dtype="float32")
    except (subprocess.CalledProcessError, RuntimeError):
        return np.zeros(0, np.float32)
    finally:
        scratch.unlink(missing_ok=True)
    return (
        trimmed(resample_poly(x, RATE_HZ, rate).astype(np.float32))
        if len(x) > 2000
        else np.zeros(0, np.float32)
    )


def make(wanted: Sequence[Saying], engine: Kokoro, folder: Path) -> None:
    """Clips and manifest.tsv into ``folder``; clips that are there stay."""
    manifest = folder / "manifest.tsv"
    folder.mkdir(parents=True, exist_ok=True)
    if not manifest.exists():
        manifest.write_text("file\ttranscript\tkind\tspeaker\n", "utf-8")
    done = {line.split("\t")[0] for line in manifest.read_text("utf-8").splitlines()[1:]}
    with manifest.open("a", encoding="utf-8") as lines:
        for saying in wanted:
            if saying.file in done:
                continue
            x = (
                by_kokoro(saying, engine)
                if saying.engine == "kokoro"
                else by_espeak(saying, folder / "scratch.wav")
            )
            if len(x) < RATE_HZ // 10:
                continue
            file = folder / saying.file
            file.parent.mkdir(exist_ok=True)
            soundfile.write(file, x, RATE_HZ)
            done.add(saying.file)
            lines.write(f"{saying.file}\t{saying.text}\tsynthetic\t{saying.engine}:{saying.voice}\n")
            lines.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Make one set."""
    from models.training.__main__ import HERE, product_phrases
    from models.training.sources import unpack

    parser = argparse.ArgumentParser(prog="python -m models.training.speech.heldout", description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    parser.add_argument("--have", type=Path, help="folder with sources fetched earlier")
    parser.add_argument("--set", choices=list(VOICES), default="test", dest="which")
    parser.add_argument("--kokoro", type=int, default=220, help="clips by Kokoro; about 4 s of one core each")
    parser.add_argument("--espeak", type=int, default=300)
    given = parser.parse_args(arguments)
    sources = unpack(given.work / "sources", given.have)
    ways = read_lexicon(HERE.parent / "nb" / "lexicon.tsv")
    wanted = sayings(product_phrases(), ways, given.which, given.kokoro, given.espeak)
    engine = Kokoro(sources.kokoro, sources.kokoro_symbols, sources.voices)
    make(wanted, engine, given.work / "heldout" / given.which)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
