"""What is spoken for training: the product's phrases, words of the lexicon, words of NB Uttale."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Final

from models.training.speech.phones import VOWELS, from_nofabet

# main stress on a later syllable than the first (counted from 0)
LATE_STRESS: Final = {
    "igjen": 1, "kanseller": 2, "akkurat": 2, "besvimte": 1, "besvimt": 1, "alarm": 1, "javisst": 1, "hallo": 1,
    "begynn": 1, "omtrent": 1, "ambulanse": 2, "ambulansen": 2, "tilbake": 1, "ok": 1, "okei": 1, "urin": 1,
    "urinen": 1, "epileptisk": 2,
}  # fmt: skip
UNSTRESSED: Final = frozenset({
    "i", "på", "er", "har", "det", "en", "et", "den", "meg", "seg", "å", "til", "og", "som", "av", "jeg", "æ", "e",
    "eg", "du", "om",
})  # fmt: skip
HELD_OUT_VOICES: Final = (
    "am_puck", "bf_lily", "em_alex", "if_sara", "hf_beta", "jf_tebukuro", "af_nova", "pm_santa",
)  # fmt: skip
R_SOUNDS: Final = (("ɾ", 70), ("r", 8), ("ʁ", 16), ("ɹ", 6))
NO_RETROFLEX: Final = {"ʈ": ("r", "t"), "ɖ": ("r", "d"), "ɳ": ("r", "n")}


@dataclass(frozen=True)
class Utterance:
    """One thing to say: ``phones`` as labels, with «ˈ ˌ , |» among them for the synthesis."""

    id: str
    text: str
    phones: tuple[str, ...]
    voice: str
    speed: float
    r: str

    @property
    def labels(self) -> list[str]:
        """Phones and «|» only."""
        return [p for p in self.phones if p not in ("ˈ", "ˌ", ",", ".")]

    def to_json(self) -> str:
        """One line of a jobs file."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(line: str) -> Utterance:
        """Inverse of ``to_json``."""
        raw = json.loads(line)
        return Utterance(**{**raw, "phones": tuple(raw["phones"])})


Ways = Mapping[str, Sequence[Sequence[str]]]


def read_lexicon(path: Path) -> dict[str, list[list[str]]]:
    """word → ways to say it, the usual one first (lexicon.tsv)."""
    ways: dict[str, list[list[str]]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            word, phones, *_ = line.split("\t")
            ways.setdefault(word, []).append(phones.split())
    return ways


def stressed(word: str, phones: Sequence[str], *, in_phrase: bool = False) -> list[str]:
    """Phones with «ˈ» before the stressed vowel; small words inside phrases carry none."""
    if in_phrase and word in UNSTRESSED:
        return list(phones)
    out: list[str] = []
    vowels = 0
    for phone in phones:
        if phone in VOWELS:
            if vowels == LATE_STRESS.get(word, 0):
                out.append("ˈ")
            vowels += 1
        out.append(phone)
    return out


def phrase(text: str, ways: Ways, rnd: Random, *, vary: bool) -> list[str]:
    """A phrase's phones, «|» between words, now and then a pause; with ``vary`` any way to say each word."""
    words = text.split()
    out: list[str] = []
    for k, word in enumerate(words):
        usual_only = not vary or rnd.random() < 0.45
        chosen = ways[word][0] if usual_only else rnd.choice(list(ways[word]))
        if k:
            out += [",", "|"] if rnd.random() < 0.06 else ["|"]
        out += stressed(word, chosen, in_phrase=len(words) > 1)
    return out


def accented(phones: Sequence[str], rnd: Random) -> tuple[tuple[str, ...], str]:
    """Phones and a kind of r; where r is uvular there are no retroflexes (western and southern dialects)."""
    r = rnd.choices([s for s, _ in R_SOUNDS], [w for _, w in R_SOUNDS])[0]
    if r == "ʁ":
        return tuple(q for p in phones for q in NO_RETROFLEX.get(p, (p,))), r
    return tuple(phones), r


def voice(names: Sequence[str], rnd: Random) -> str:
    """A voice, or a mixture of two."""
    first, second = rnd.choice(names), rnd.choice(names)
    if rnd.random() < 0.5 or first == second:
        return first
    share = round(rnd.uniform(0.2, 0.8), 1)
    return f"{first}*{share}+{second}*{round(1 - share, 1)}"


def nb_uttale(path: Path, longest: int = 11) -> list[tuple[str, list[str]]]:
    """(word, phones with stress) of NB Uttale's new words, plain letters only, 3 to ``longest`` phones."""
    rows: list[tuple[str, list[str]]] = []
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            try:
                phones = from_nofabet(row["transcription"])
            except KeyError:
                continue
            size = sum(p not in "ˈˌ" for p in phones)
            if re.fullmatch("[a-zæøå]+", row["token"]) and 3 <= size <= longest:
                rows.append((row["token"], phones))
    return rows


def everyday(path: Path, longest: int = 30) -> list[tuple[str, list[str]]]:
    """(word, phones with stress) of the NST lexicon's sample: «word<tab>NoFAbet» a line; small letters only."""
    rows: list[tuple[str, list[str]]] = []
    for line in path.read_text("utf-8").splitlines():
        word, _, transcription = line.partition("\t")
        phones = from_nofabet(transcription)
        if re.fullmatch("[a-zæøåéèêô]+", word.lower()) and sum(p not in "ˈˌ" for p in phones) <= longest:
            rows.append((word.lower(), phones))
    return rows


@dataclass(frozen=True)
class Amounts:
    """How often each phrase is said, and how many random word rows and new words there are."""

    repeats: int = 5
    salads: int = 700
    most_new_words: int = 1500


def plan(
    phrases: Iterable[str], ways: Ways, new_words: Sequence[tuple[str, list[str]]], names: Sequence[str], seed: int,
    amounts: Amounts = Amounts(),
) -> list[Utterance]:  # fmt: skip
    """Everything to say, shuffled: phrases, each way of each word, random word rows, new words."""
    rnd = Random(seed)
    texts: list[tuple[str, list[str]]] = []
    for text in sorted(set(phrases)):
        texts += [(text, phrase(text, ways, rnd, vary=k > 0)) for k in range(amounts.repeats)]
    for word, spoken in sorted(ways.items()):
        texts += [(word, stressed(word, phones)) for phones in spoken]
    vocabulary = sorted(ways)
    for _ in range(amounts.salads):
        row = " ".join(rnd.sample(vocabulary, min(len(vocabulary), rnd.randint(2, 4))))
        texts.append((row, phrase(row, ways, rnd, vary=True)))
    texts += rnd.sample(list(new_words), min(amounts.most_new_words, len(new_words)))
    rnd.shuffle(texts)
    allowed = [n for n in names if n not in HELD_OUT_VOICES]
    out: list[Utterance] = []
    for k, (text, phones) in enumerate(texts):
        labels, r = accented(phones, rnd)
        out.append(
            Utterance(f"s{seed}_{k}", text, labels, voice(allowed, rnd), round(rnd.uniform(0.65, 1.25), 2), r)
        )
    return out
