"""Synthetic persons that the model never learnt from, saying the product's phrases: what the card's figures rest on.

    python -m models.training.heldout --work build/training --set test

Two sets with four Kokoro voices and four espeak-ng variants each, none of them used in training: «dev» to choose by,
«test» to report. One manifest each, as `krampevakt model evaluate --product` reads it; resumes where it was.

A short word alone comes out of Kokoro with sounds that nobody wrote, so it is said after a carrier («han sa») and cut
out at the pause between them.
"""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from models.training import espeak
from models.training.kokoro import SAMPLE_RATE_HZ, Kokoro, symbols
from models.training.speak import RATE_HZ, trimmed
from models.training.utterances import HELD_OUT_VOICES, Ways, accented, phrase, read_lexicon

Samples = NDArray[np.float32]
VOICES: Final = {"dev": HELD_OUT_VOICES[:4], "test": HELD_OUT_VOICES[4:]}
VARIANTS: Final = {"dev": espeak.HELD_OUT[:4], "test": espeak.HELD_OUT[4:]}
CARRIER: Final = ("h", "ɑ", "n", "|", "s", "ˈ", "ɑː", ",", "|")
FEWEST_PHONES: Final = 6  # with fewer, a carrier goes before
LONGEST_WORD_S: Final = 1.3


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
    """As many phrases for each engine, half of them of one word; the usual way of each word and some others."""
    rnd = Random(f"held out {which}")
    known = [p for p in sorted(set(phrases)) if all(word in ways for word in p.split())]
    out: list[Saying] = []
    for engine, names, count in (
        ("kokoro", VOICES[which], by_kokoro), ("espeak", VARIANTS[which], by_espeak),
    ):  # fmt: skip
        words, rows = [p for p in known if " " not in p], [p for p in known if " " in p]
        rnd.shuffle(words)
        rnd.shuffle(rows)
        # in turn, so that a run that was stopped half-way has some of each
        chosen = [p for pair in zip(words, rows, strict=False) for p in pair] + rows[len(words) :]
        for number, text in enumerate(chosen[:count]):
            phones, r = accented(phrase(text, ways, rnd, vary=rnd.random() < 0.3), rnd)
            out.append(
                Saying(text, phones, r, engine, names[number % len(names)], round(rnd.uniform(0.75, 1.15), 2))
            )
    return out


def after_the_pause(x: Samples, quiet_db: float = 35.0, least_s: float = 0.06) -> Samples | None:
    """What comes after the last pause of at least ``least_s``; None where there is none, or it is no short word."""
    hop = RATE_HZ // 100
    count = len(x) // hop
    level = np.sqrt((x[: count * hop].reshape(count, hop) ** 2).mean(1) + 1e-12)
    loud = level > level.max() * 10 ** (-quiet_db / 20)
    end = int(np.flatnonzero(loud)[-1])
    quiet = 0
    for at in range(end, -1, -1):
        quiet = 0 if loud[at] else quiet + 1
        if quiet * 0.01 >= least_s:
            word = x[(at + quiet) * hop :]
            spoken_s = (end - at - quiet + 1) * 0.01
            return word if 0.08 <= spoken_s <= LONGEST_WORD_S else None
    return None


def by_kokoro(saying: Saying, engine: Kokoro) -> Samples:
    """16 kHz samples; empty where a short word could not be cut out."""
    rnd = Random(saying.file)
    short = sum(p not in ("ˈ", "ˌ", ",", "|") for p in saying.phones) < FEWEST_PHONES
    said = engine.say(
        symbols((*(CARRIER if short else ()), *saying.phones), rnd, r=saying.r), saying.voice, saying.speed
    )
    x = resample_poly(said, RATE_HZ // 8000, SAMPLE_RATE_HZ // 8000).astype(np.float32)
    if short:
        found = after_the_pause(x)
        if found is None:
            return np.zeros(0, np.float32)
        x = found
    return trimmed(x)


def by_espeak(saying: Saying, scratch: Path) -> Samples:
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

    parser = argparse.ArgumentParser(prog="python -m models.training.heldout", description=__doc__)
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
