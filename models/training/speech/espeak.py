"""espeak-ng speaks our phones (written as its own phoneme names in [[…]])."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

TABLE: Final[dict[str, str]] = {
    "ɑ": "A", "ɑː": "A:", "e": "E", "eː": "e:", "i": "I", "iː": "i:", "o": "O", "oː": "o:", "u": "U", "uː": "u:",
    "ʉ": "u-", "ʉː": "u-:", "y": "y", "yː": "y:", "æ": "a", "æː": "a:", "ø": "W", "øː": "Y:", "ə": "@", "æi": "EI",
    "øy": "Yy", "æʉ": "aU", "ɑi": "AI", "ɔy": "OI", "p": "p", "b": "b", "t": "t", "d": "d", "k": "k", "g": "g",
    "m": "m", "n": "n", "ŋ": "N", "f": "f", "v": "v", "s": "s", "ʂ": "S", "ç": "C", "h": "h", "j": "j", "l": "l",
    "r": "R", "ɳ": "n.",
}  # fmt: skip
SPLIT: Final = {"ʈ": ("r", "t"), "ɖ": ("r", "d")}
VARIANTS: Final = (
    "Alex", "Andy", "Denis", "Diogo", "Gene", "Hugo", "Jacky", "Lee", "Marco", "Mario", "Michael", "Mike",
    "Tweaky", "adam", "anika", "antonio", "aunty", "belinda", "benjamin", "boris", "caleb", "david", "ed",
    "edward", "f1", "f2", "f3", "f4", "f5", "grandma", "grandpa", "gustave", "iven", "iven2", "john",
    "kaukovalta", "klatt", "klatt2", "klatt4", "linda", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8",
    "marcelo", "max", "michel", "miguel", "norbert", "pablo", "paul", "pedro", "quincy", "rob", "robert",
    "sandro", "shelby", "steph", "steph2", "travis", "victor", "whisper", "whisperf", "zac",
)  # fmt: skip

HELD_OUT: Final = ("f5", "m8", "edward", "linda", "steph2", "paul", "aunty", "miguel")


def speakable(phones: Sequence[str]) -> list[str]:
    """Phones as espeak-ng says them: it has no ʈ or ɖ, so these become r + t, r + d."""
    return [q for p in phones for q in SPLIT.get(p, (p,))]


def say(phones: Sequence[str], wav: Path, variant: str, words_per_minute: int, pitch: int) -> None:
    """Write 22.05 kHz speech of phones («ˈ» before stressed vowels, «|» between words). Raises CalledProcessError."""
    text = "".join({"ˈ": "'", "ˌ": ",", "|": " "}.get(p) or TABLE[p] for p in phones if p != ",")
    options = ["-v", f"nb+{variant}", "-s", str(words_per_minute), "-p", str(pitch)]
    subprocess.run(
        ["espeak-ng", *options, "-w", str(wav), f"[[{text}]]"],
        check=True,
        capture_output=True,
    )
