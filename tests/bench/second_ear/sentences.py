"""Ordinary Norwegian sentences, made of small parts, said by espeak-ng's voices that no training ever used. SYNTHETIC.

They are what somebody says in a bedroom without wanting anything from the apparatus. None holds a phrase of it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import soundfile

from models.measuring.second_ear.asking import Guessing
from models.training.speech import espeak
from models.training.speech.utterances import phrase
from skill.audio.samples import RATE_HZ
from tests.bench.listening.common import Floats

VOICES: Final = {"dev": espeak.HELD_OUT[:4], "test": espeak.HELD_OUT[4:]}
_WHO: Final = (
    "jeg",
    "du",
    "vi",
    "han",
    "hun",
    "de",
    "mor",
    "far",
    "naboen",
    "bestemor",
    "gutten",
    "legen",
    "hunden",
)
_DOES: Final = (
    "leser", "skriver", "kjøper", "henter", "glemte", "ser", "liker", "vasker", "maler", "leter etter", "har mistet",
    "skal hente", "vil ha", "har fått", "får ikke", "har ikke", "tok med", "ser på", "trenger", "la fra seg",
)  # fmt: skip
_WHAT: Final = (
    "avisen", "boka", "en kopp kaffe", "brillene", "nøkkelen", "brødet", "en ny jakke", "kakene", "katten", "bilen",
    "lampa", "et glass melk", "posten", "radioen", "klokka", "en gammel venn", "pengene", "lua", "kampen", "luften",
    "trappa", "lappen", "krakken", "leken", "skapet", "hjelmen", "lekene", "vottene", "fotballen", "puta",
)  # fmt: skip
_WHEN: Final = (
    "", "", "i dag", "i morgen", "hver kveld", "på kjøkkenet", "i går", "nå", "etter middag", "ute i hagen",
    "før jul", "i byen", "på loftet", "hele natta", "sammen med oss", "igjen",
)  # fmt: skip
_WHOLE: Final = (
    "hva er klokka", "det regner i dag", "skal vi spise nå", "hvor er nøkkelen", "det var en fin dag", "god natt da",
    "har du låst døra", "slukk lyset er du snill", "jeg skal tidlig opp", "sov godt", "katten vil ut",
    "det er kaldt her inne", "hvem ringte i kveld", "jeg er så trøtt", "kan du åpne vinduet", "vi snakkes i morgen",
    "det blir snø til helga", "jeg hørte ikke hva du sa", "flytt deg litt", "ta på deg mer klær", "mat er godt",
    "det lukter brent", "toget går klokka sju", "barna sover", "jeg kommer straks", "vil du ha mer te",
    "nå må vi sove", "det banker på døra", "hunden bjeffer igjen", "jeg drømte noe rart", "hvor la du brillene",
)  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """``sound``: mono at 16 kHz, full scale 32768."""

    text: str
    voice: str
    sound: Floats


def texts(which: str) -> Iterator[str]:
    """Without end, without repeats; other sentences for «dev» than for «test», the whole ones excepted."""
    rnd = Random(f"sentences {which}")
    yield from _WHOLE
    told = set(_WHOLE)
    while True:
        text = " ".join(
            f"{rnd.choice(_WHO)} {rnd.choice(_DOES)} {rnd.choice(_WHAT)} {rnd.choice(_WHEN)}".split()
        )
        if text not in told:
            told.add(text)
            yield text


def sentences(which: str, count: int, lexicon: Guessing) -> Iterator[Sentence]:
    """``count`` sentences, the voices in turn, each at its own speed and pitch."""
    rnd = Random(f"said {which}")
    with TemporaryDirectory() as folder:
        wav = Path(folder) / "said.wav"
        for number, text in zip(range(count), texts(which), strict=False):
            ways = {word: [list(way) for way in said] for word, said in lexicon.of([text]).items()}
            voice = VOICES[which][number % len(VOICES[which])]
            phones = espeak.speakable(phrase(text, ways, rnd, vary=False))
            try:
                espeak.say(phones, wav, voice, rnd.randint(110, 190), rnd.randint(20, 80))
            except subprocess.CalledProcessError:
                continue
            yield Sentence(text, voice, _read(wav))


def _read(wav: Path) -> Floats:
    x, rate = soundfile.read(wav, dtype="float64")
    at = np.arange(int(len(x) * RATE_HZ / rate)) * rate / RATE_HZ
    return np.asarray(32768 * np.interp(at, np.arange(len(x)), x))
