"""Does espeak-ng say every word of a text as the lexicon of the speech model has it?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from skill.errors import VoiceError

Phones = tuple[str, ...]

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MARKS = "',%=!|;"

# espeak-ng's names in its Norwegian voice → the lexicon's phones; "a#" is an open [ɐ] that no Norwegian word
# of ours has, so it agrees with nothing.
_VOWELS: Final = {
    "A": "ɑ", "A:": "ɑː", "E": "e", "E:": "æː", "e": "e", "e:": "eː", "I": "i", "i": "i", "i:": "iː", "O": "o",
    "o": "o", "o:": "oː", "U": "u", "U:": "uː", "u": "u", "u:": "uː", "u-": "ʉ", "u-:": "ʉː", "y": "y",
    "y:": "yː", "a": "æ", "a:": "æː", "W": "ø", "Y": "ø", "Y:": "øː", "@": "ə", "a#": "ɐ", "aI": "æi",
    "Yy": "øy", "aU": "æʉ", "AI": "ɑi", "OI": "ɔy",
}  # fmt: skip
_CONSONANTS: Final = {
    "N": "ŋ",
    "S": "ʂ",
    "s.": "ʂ",
    "C": "ç",
    "x": "ç",
    "R": "r",
    "r": "r",
    "n.": "ɳ",
    "l.": "l",
}
_AS_TWO: Final = {"ʈ": ("r", "t"), "ɖ": ("r", "d")}  # espeak-ng has neither of these


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One word in one text. `wished` are the lexicon's ways; none when the lexicon lacks the word."""

    text: str
    word: str
    said: Phones
    wished: tuple[Phones, ...]


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in lower case, as `Pronunciation` sees them."""
    return tuple(match.group().lower() for match in _WORD.finditer(text))


def phones(symbols: str) -> Phones:
    """The lexicon's phones of one traced word ("l_'E_g:_@_n" → l e g ə n); a long consonant is one."""
    out: list[str] = []
    for symbol in symbols.split("_"):
        bare = symbol.strip(_MARKS)
        if not bare.strip(":"):
            continue
        if bare in _VOWELS:
            out.append(_VOWELS[bare])
            continue
        consonant = bare.rstrip(":")
        consonant = _CONSONANTS.get(consonant, consonant)
        if not (out and out[-1] == consonant):
            out.append(consonant)
    return tuple(out)


def disagreements(
    texts: Sequence[str], traces: Sequence[str], lexicon: Mapping[str, Sequence[Phones]]
) -> tuple[Disagreement, ...]:
    """Every word of `texts` that its trace does not have as the lexicon does.

    Raises VoiceError when a trace has not as many words as its text.
    """
    found = []
    for text, traced in zip(texts, traces, strict=True):
        written, said = words(text), [phones(group) for group in traced.split()]
        said = [group for group in said if group]
        if len(written) != len(said):
            raise VoiceError(f"«{text}» uttales som {len(said)} ord, ikke {len(written)}: {traced}")
        for word, spoken in zip(written, said, strict=True):
            ways = tuple(lexicon.get(word, ()))
            if spoken not in [_two(way) for way in ways]:
                found.append(Disagreement(text, word, spoken, ways))
    return tuple(found)


def _two(way: Phones) -> Phones:
    return tuple(part for phone in way for part in _AS_TWO.get(phone, (phone,)))
