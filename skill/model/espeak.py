"""Pronunciations by espeak-ng: the last resort for a word that no lexicon holds.

espeak-ng keeps global state and may crash on odd data, so it runs in a child process (this module as a
program): words come in as a JSON list on standard input, phonemes leave as a JSON list of strings.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from skill.errors import ModelError
from skill.messages.message import Message
from skill.model import child

_TIME_LIMIT_S = 60
_SEPARATED_BY_UNDERSCORE = ord("_") << 8

# espeak-ng's own symbols (they keep æ and ə apart where its IPA doesn't) → phones, the best first.
# A model's phone set may be poorer than the first choice: then the next one is taken.
_VOWELS: Final = {
    "A": "ɑ", "a": "æ", "a#": "ə", "@": "ə", "@-": "ə", "E": "e", "e": "e", "I": "i", "i": "i", "O": "o",
    "o": "o", "U": "u", "u": "u", "u-": "ʉ", "W": "ø", "Y": "ø", "y": "y", "AI": "æi ɑi", "aI": "æi",
    "EI": "æi", "OI": "ɔy", "Yy": "øy", "aU": "æʉ", "A~": "ɑ", "u-I": "ʉ",
}  # fmt: skip
_CONSONANTS: Final = {
    "R": "r", "r": "r", "r-": "r", "l": "l", "n": "n", "n-": "n", "N": "ŋ", "m": "m", "p": "p", "t": "t",
    "k": "k", "b": "b", "d": "d", "g": "g", "f": "f", "v": "v", "w": "v", "s": "s", "z": "s", "S": "ʂ ʃ",
    "s.": "ʂ ʃ", "s;": "ʂ ʃ", "x": "ç", "C": "ç", "h": "h", "j": "j",
}  # fmt: skip
_RETROFLEX: Final = {"t": "ʈ", "d": "ɖ", "n": "ɳ", "s": "ʂ", "ʂ": "ʂ"}  # what r makes of the sound after it


def phonemes(words: Sequence[str], voice: str = "gmq/nb") -> list[str]:
    """espeak-ng's phonemes of each word, joined by "_". Raises ModelError when it can't be had."""
    if not words:
        return []
    try:
        done = subprocess.run(
            child.command("skill.model.espeak", voice),
            env=child.environment(),
            input=json.dumps(list(words)),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_TIME_LIMIT_S,
            check=True,
        )
        found = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise ModelError(Message("model.espeak_not_asked")) from error
    return [str(item) for item in found]


def to_phones(spoken: str, known: frozenset[str]) -> tuple[str, ...] | None:
    """Phones of the model for one result of `phonemes`; None when a symbol fits no phone of it."""
    out: list[str] = []
    for symbol in spoken.replace(" ", "_").split("_"):
        symbol = symbol.strip("',%=!|;#" if symbol not in ("a#", "'a#", ",a#") else "',%")
        if not symbol:
            continue
        found = next((c for c in _choices(symbol) if c in known), None)
        if found is None:
            return None
        retroflex = _RETROFLEX.get(found)
        if out and out[-1] == "r" and retroflex in known:
            out[-1] = retroflex
        elif not (out and out[-1] == found and symbol.rstrip(":") in _CONSONANTS):  # a long consonant is one
            out.append(found)
    return tuple(out) or None


def _choices(symbol: str) -> list[str]:
    base = symbol.rstrip(":")
    if base in _CONSONANTS:
        return _CONSONANTS[base].split()
    short = _VOWELS.get(base, "").split()
    return [v + "ː" for v in short] + short if symbol.endswith(":") else short


def _child(voice: str, words: Sequence[str]) -> list[str]:
    from skill.audio.espeak import UTF8, Espeak

    engine = Espeak()
    engine.choose(voice)
    translate = engine.library.espeak_TextToPhonemes
    translate.restype = ctypes.c_char_p
    translate.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    out = []
    for word in words:
        rest = ctypes.c_char_p(word.encode("utf-8"))
        parts = []
        while rest.value:
            parts.append((translate(ctypes.byref(rest), UTF8, _SEPARATED_BY_UNDERSCORE) or b"").decode())
        out.append("_".join(parts))
    return out


if __name__ == "__main__":
    json.dump(_child(sys.argv[1], json.load(sys.stdin)), sys.stdout)
