"""What a phrase is nearly, but not: for each word of the phrases a rival, said in any way that misses it by a little.

«lampe i veggen» lies near «krampe i leggen», and no list of other words holds everything that lies near. So the
rival of a word (`krampe~`) is a unit that may be said like the word with another beginning, another vowel, or another
consonant or none inside. What a listener takes for the word must fit the word better than its rival
(`skill/hearing/evidence.py`). Sounds that voices and rooms blur (p and t, e and æ, a weak r) make no rival.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from skill.model.graph import Pronunciation, Unit

RIVAL = "~"  # ends the name of a rival; no word of a language holds it
SHORTEST = 4  # letters; what is shorter («har», «i», «får») is half swallowed in speech and proves nothing
UNSAID = frozenset({"ikke", "ikkje"})  # often half swallowed too

_VOWELS = ("ɑ", "e", "i", "o", "u", "ʉ", "y", "æ", "ø")
_OTHER_VOWELS = (*_VOWELS, "ə", "æi", "øy", "æʉ", "ɑi", "ɔy")
_ONSETS = (
    "", "b", "d", "f", "g", "h", "j", "k", "l", "m", "p", "r", "s", "t", "v",
    "s t", "s k", "k l", "k r", "t r", "s l", "b r", "f l",
)  # fmt: skip
_CONSONANTS = ("", "t", "s", "l", "m", "v")
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
    """Ways to say something else that differ in one place."""
    vowels = [at for at, phone in enumerate(phones) if phone.rstrip("ː") in _OTHER_VOWELS]
    if not vowels:
        return
    first = vowels[0]
    for onset in _ONSETS:
        yield (*onset.split(), *phones[first:])
    for at, phone in enumerate(phones):
        if at == first or (at in vowels and phone != "ə"):
            length = "ː" if phone.endswith("ː") else ""
            others = tuple(vowel + length for vowel in _VOWELS)
        elif at > first and phone != "ə":
            others = _CONSONANTS
        else:
            continue
        for other in others:
            yield (*phones[:at], *other.split(), *phones[at + 1 :])


def rivals(words: Iterable[str], ways: Mapping[str, tuple[Pronunciation, ...]]) -> Iterator[Unit]:
    """A rival for each of `words` that can have one. None sounds like any of the words itself, blurred."""
    taken = {blurred(way) for said in ways.values() for way in said}
    for word in sorted(set(words)):
        if has_rival(word):
            found = {way for way in near_misses(ways[word][0]) if blurred(way) not in taken}
            if found:
                yield Unit(rival_name(word), (tuple(sorted(found)),))
