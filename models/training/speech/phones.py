"""The phone inventory, and how each notation met on the way maps onto it.

Phones are written in IPA. Vowels come short and long, because Norwegian tells words apart by it (tak/takk);
retroflexes after r are phones of their own (kart, barn), ``ʂ`` serves both «rs» and «skj».
"""

from __future__ import annotations

import re
from typing import Final

SHORT_VOWELS: Final = ("ɑ", "e", "i", "o", "u", "ʉ", "y", "æ", "ø")
LONG_VOWELS: Final = tuple(v + "ː" for v in SHORT_VOWELS)
DIPHTHONGS: Final = ("æi", "øy", "æʉ", "ɑi", "ɔy")
CONSONANTS: Final = (
    "p", "b", "t", "d", "k", "g", "m", "n", "ŋ", "f", "v", "s", "ʂ", "ç", "h", "j", "l", "r", "ʈ", "ɖ", "ɳ",
)  # fmt: skip
SPEECH: Final = (*SHORT_VOWELS, *LONG_VOWELS, "ə", *DIPHTHONGS, *CONSONANTS)
SILENCE: Final = "SIL"
GARBAGE: Final = "GBG"
VOWELS: Final = frozenset((*SHORT_VOWELS, *LONG_VOWELS, "ə", *DIPHTHONGS))

NOFABET: Final[dict[str, tuple[str, ...]]] = {
    "AA": ("ɑː",), "AH": ("ɑ",), "AE": ("æː",), "AEH": ("æ",), "AEJ": ("æi",), "AEW": ("æʉ",), "AJ": ("ɑi",),
    "AX": ("ə",), "EE": ("eː",), "EH": ("e",), "II": ("iː",), "IH": ("i",), "OA": ("oː",), "OAH": ("o",),
    "OE": ("øː",), "OEH": ("ø",), "OEJ": ("øy",), "OJ": ("ɔy",), "OO": ("uː",), "OH": ("u",), "OU": ("o", "ʉ"),
    "UU": ("ʉː",), "UH": ("ʉ",), "UJ": ("ʉ", "i"), "YY": ("yː",), "YH": ("y",), "B": ("b",), "D": ("d",), "F": ("f",),
    "G": ("g",), "H": ("h",), "J": ("j",), "K": ("k",), "KJ": ("ç",), "L": ("l",), "LX": ("ə", "l"), "M": ("m",),
    "MX": ("ə", "m"), "N": ("n",), "NG": ("ŋ",), "NX": ("ə", "n"), "P": ("p",), "R": ("r",), "RX": ("ə", "r"),
    "S": ("s",), "SJ": ("ʂ",), "SX": ("s",), "T": ("t",), "V": ("v",), "W": ("v",), "RD": ("ɖ",), "RL": ("l",),
    "RLX": ("ə", "l"), "RN": ("ɳ",), "RNX": ("ɳ",), "RS": ("ʂ",), "RT": ("ʈ",), "DX": ("d",), "RX0": ("r",),
}  # fmt: skip


def from_nofabet(transcription: str) -> list[str]:
    """Phones of a NoFAbet transcription ("B AEH1 T SJ"), with ``ˈ`` before stressed vowels.

    Raises KeyError for a symbol outside the table.
    """
    out: list[str] = []
    for symbol in transcription.replace("_", " ").split():
        stress = symbol[-1] if symbol[-1].isdigit() else ""
        mapped = NOFABET[re.sub(r"\d$", "", symbol)]
        if stress in ("1", "2"):
            out.append("ˈ")
        elif stress == "3":
            out.append("ˌ")
        out.extend(mapped)
    return out
