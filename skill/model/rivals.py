"""What a phrase is nearly, but not: for each word of the phrases a rival, said in any way that misses its beginning.

«lampe i veggen» lies near «krampe i leggen», and no list of other words holds everything that lies near. So the
rival of a word (`krampe~`) is a unit that is said like the word with another beginning. What a listener takes for the
word must fit the word better than its rival (`hearing/recognise/evidence.py`). Sounds that voices and rooms blur (p and
t, a weak r) make no rival, nor do other vowels and inner consonants: dialects and voices vary there too, and true
phrases lost more by them than talk did (EXPERIMENTS.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from skill.model.graph import Pronunciation, Unit
from skill.vocabulary import RIVAL

SHORTEST = 4  # letters; what is shorter («har», «i», «får») is half swallowed in speech and proves nothing
UNSAID = frozenset({"ikke", "ikkje"})  # often half swallowed too

_VOWELS = frozenset(["ɑ", "e", "i", "o", "u", "ʉ", "y", "æ", "ø", "ə", "æi", "øy", "æʉ", "ɑi", "ɔy"])
_BEGINNINGS = (
    "b", "d", "f", "g", "h", "j", "k", "l", "m", "p", "r", "s", "t", "v",
    "s t", "s k", "k l", "k r", "t r", "s l", "b r", "f l",
)  # fmt: skip
_ALIKE = ("pbtdkgʈɖ", "mnŋɳ", "sʂç", "fv", "iyeəæø", "ɑo", "uʉ")  # what a bad room hardly lets one tell apart
_BLURRED = {phone: alike[0] for alike in _ALIKE for phone in alike}
_FAINT = frozenset({"r", "h", "j"})


def blurred(phones: Iterable[str]) -> str:
    """As far as a bad room lets one hear it: alike for what must not be told apart by a little."""
    kept = [phone.rstrip("ː") for phone in phones if phone not in _FAINT]
    if kept and kept[-1] in ("ə", "e"):  # «kramp», «krampe»
        del kept[-1]
    return " ".join(_BLURRED.get(phone, phone) for phone in kept)


def rival_name(word: str) -> str:
    """The unit that stands for all that is nearly `word`."""
    return word + RIVAL


def has_rival(word: str) -> bool:
    """Is this a word that others can be told from?"""
    return len(word) >= SHORTEST and word not in UNSAID


def near_misses(phones: Pronunciation) -> Iterator[Pronunciation]:
    """Ways to say something else that rhymes."""
    vowel = next((at for at, phone in enumerate(phones) if phone.rstrip("ː") in _VOWELS), None)
    if vowel is not None:
        for beginning in _BEGINNINGS:
            yield (*beginning.split(), *phones[vowel:])


def rivals(words: Iterable[str], ways: Mapping[str, tuple[Pronunciation, ...]]) -> Iterator[Unit]:
    """A rival for each of `words` that can have one. None sounds like any of the words itself, blurred."""
    taken = {blurred(way) for said in ways.values() for way in said}
    for word in sorted(set(words)):
        if has_rival(word):
            found = {way for way in near_misses(ways[word][0]) if blurred(way) not in taken}
            if found:
                yield Unit(rival_name(word), (tuple(sorted(found)),))
