"""How many of a home's commands come out as they were said, and how many other sentences come out as a command?

    python -m tests.bench.wyoming_server.commands [--count 400] [--folder FOLDER]

SYNTHETIC: espeak-ng with voices that no training ever used, each at its own speed and pitch; commands drawn from
Home Assistant's templates by another seed than the grammar's. Sentences of people: DEV recordings, where they are.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np

from models.training.speech import espeak
from models.training.speech.utterances import phrase
from skill.audio.samples import RATE_HZ, Samples
from skill.audio.sound import resample
from skill.audio.wav import read_wav
from skill.paths import models_dir
from skill.wyoming_server.closed_intents import ClosedSentences, closed, read_intents
from skill.wyoming_server.command_ears import CommandEars
from skill.wyoming_server.home_file import Home
from skill.wyoming_server.home_folder import LEXICON, build_home, read_home_folder
from skill.wyoming_server.sampling import SentenceSampler
from tests.bench.listening.common import to_samples, wilson
from tests.bench.second_ear.alone import sound_of
from tests.bench.second_ear.sentences import VOICES, texts

HOME = Home(
    areas=("stua", "kjøkkenet", "soverommet", "badet", "gangen"),
    floors=("første", "andre"),
    names={
        "light": ("leselampa", "taklampa"),
        "switch": ("kaffetrakteren",),
        "cover": ("rullegardina",),
        "media_player": ("radioen",),
        "lock": ("ytterdøra",),
    },
)
LEAD_S, TAIL_S = 0.3, 0.6


def ways_in(lexicon: Path) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for line in lexicon.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            word, phones, *_ = line.split("\t")
            found.setdefault(word, []).append(phones.split())
    return found


def spoken(text: str, ways: dict[str, list[list[str]]], voice: str, rnd: Random, folder: Path) -> Samples:
    """In a quiet room: noise at -60 dBFS before, under and after it."""
    wav = folder / "said.wav"
    said = {word: ways[word][:1] for word in text.split()}
    phones = espeak.speakable(phrase(text, said, rnd, vary=False))
    espeak.say(phones, wav, voice, rnd.randint(120, 180), rnd.randint(25, 75))
    sound = resample(read_wav(wav), RATE_HZ).samples
    whole = np.random.default_rng(rnd.randrange(2**32)).normal(
        0, 33, len(sound) + round((LEAD_S + TAIL_S) * RATE_HZ)
    )
    start = round(LEAD_S * RATE_HZ)
    whole[start : start + len(sound)] += 0.5 * sound
    return np.clip(whole, -32768, 32767).astype(np.int16)


def commands(
    count: int, known: ClosedSentences, but: set[str], seed: str, words: set[str]
) -> list[tuple[str, str]]:
    """(intent, sentence) that the grammar was not made of, as many of each intent as there are."""
    drawn = list(SentenceSampler(closed(read_intents(None), HOME), seed).draw(6))
    fresh = [
        (intent, text)
        for intent, text in drawn
        if text not in but and words.issuperset(text.split()) and known.holds(text)
    ]
    Random(seed).shuffle(fresh)
    return fresh[:count]


def others(which: str, count: int, known: ClosedSentences, ways: dict[str, list[list[str]]]) -> Iterator[str]:
    told = 0
    for text in texts(which):
        if all(word in ways for word in text.split()) and not known.holds(text):
            yield text
            told += 1
            if told == count:
                return


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=400)
    options.add_argument("--folder", type=Path)
    options.add_argument("--people", type=Path, help="folder of recordings of sentences that are no command")
    options.add_argument("--seed", choices=["dev", "test"], default="test")
    told = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = told.folder or Path(scratch) / "home"
        if not folder.is_dir():
            report = build_home(read_intents(None), HOME, None, models_dir() / "nb", folder)
            print(f"{report.words} words, {report.phrases} sentences")
        run(folder, told, Path(scratch))


def run(folder: Path, told: argparse.Namespace, scratch: Path) -> None:
    known, grammar = read_home_folder(folder)
    ears, ways, rnd = (
        CommandEars(folder, models_dir() / "second_ear"),
        ways_in(folder / LEXICON),
        Random(told.seed),
    )
    voices = VOICES[told.seed]
    seen: Counter[str] = Counter()
    took = []
    drawn = commands(told.count, known, set(grammar), told.seed, set(ways))
    for number, (intent, text) in enumerate(drawn):
        sound = spoken(text, ways, voices[number % len(voices)], rnd, scratch)
        began = time.process_time()
        got = ears.understand(sound)
        took.append(time.process_time() - began)
        means = known.meaning(text)
        seen["first best"] += bool(got.proposals) and got.proposals[0] == text
        seen["first among"] += text in got.proposals
        seen["exact"] += got.sentence == text
        seen["same"] += bool(got.text) and known.meaning(got.sentence) == means
        seen["nothing"] += not got.text
        if known.meaning(got.sentence) != means:
            print(f"  {intent}: «{text}» → «{got.sentence}» {got.score:.2f} {got.proposals[:2]}", flush=True)
    n = len(drawn)
    print(f"commands exact            {wilson(seen['exact'], n)}")
    print(f"same intent and slots     {wilson(seen['same'], n)}")
    print(f"refused                   {wilson(seen['nothing'], n)}")
    print(f"another command           {wilson(n - seen['same'] - seen['nothing'], n)}")
    print(
        f"first ear's best; among its proposals: {wilson(seen['first best'], n)}; {wilson(seen['first among'], n)}"
    )
    print(f"seconds of a core: median {np.median(took):.2f}, p95 {np.quantile(took, 0.95):.2f}")
    wrong = 0
    sentences = list(others(told.seed, told.count, known, ways_in(models_dir() / "nb" / LEXICON)))
    lexicon = {**ways_in(models_dir() / "nb" / LEXICON), **ways}
    for number, text in enumerate(sentences):
        sound = spoken(text, lexicon, voices[number % len(voices)], rnd, scratch)
        got = ears.understand(sound)
        wrong += bool(got.text)
        if got.text:
            print(f"  «{text}» → «{got.text}» {got.score:.2f}", flush=True)
    print(f"other sentences refused   {wilson(len(sentences) - wrong, len(sentences))}")
    if told.people:
        people(ears, told.people)


def people(ears: CommandEars, folder: Path) -> None:
    wrong, files = 0, sorted(file for file in folder.rglob("*") if file.suffix in {".flac", ".wav", ".ogg"})
    for file in files:
        got = ears.understand(to_samples(sound_of(file)))
        wrong += bool(got.text)
        if got.text:
            print(f"  {file.name} → «{got.text}» {got.score:.2f}", flush=True)
    print(f"sentences of people refused {wilson(len(files) - wrong, len(files))}")


if __name__ == "__main__":
    main()
