"""Kokoro-82M (Apache-2.0) speaks our phones: mapping onto its symbols, and one synthesis call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skill.errors import VoiceError
from skill.messages.message import Message

SAMPLE_RATE_HZ: Final = 24000
_VOWELS: Final = "ɑeiouʉyæøəɔ"
# Kokoro has no ʉ. Spare rows of its embedding tables are filled with mixtures of rows that it has; a recogniser
# heard the first as /ʉ/ in 15 of 20 clips, plain «y» in 6 and plain «u» in 7 (EXPERIMENTS.md).
MIXTURES: Final[dict[str, tuple[int, str, str, float]]] = {
    "①": (29, "y", "ʊ", 0.5),
    "②": (6, "y", "u", 0.5),
    "③": (30, "ɨ", "u", 0.5),
}
TABLE: Final[dict[str, tuple[str, ...]]] = {
    "ɑ": ("ɑ", "ɑ", "a"), "e": ("ɛ",), "i": ("ɪ", "i"), "o": ("ɔ",), "u": ("ʊ", "u"), "y": ("y",), "æ": ("æ",),
    "ø": ("œ",), "ɑː": ("ɑː",), "eː": ("eː",), "iː": ("iː",), "oː": ("oː",), "uː": ("uː", "ʊː"), "yː": ("yː",),
    "æː": ("æː",), "øː": ("øː",), "ʉ": ("①", "①", "②", "③"), "ʉː": ("①ː", "①ː", "②ː", "③ː"), "ə": ("ə",),
    "æi": ("æɪ",), "øy": ("œy",), "æʉ": ("æu",), "ɑi": ("ɑɪ",), "ɔy": ("ɔɪ",), "p": ("p",), "b": ("b",), "t": ("t",),
    "d": ("d",), "k": ("k",), "g": ("ɡ",), "m": ("m",), "n": ("n",), "ŋ": ("ŋ",), "f": ("f",), "v": ("v", "ʋ"),
    "s": ("s",), "ʂ": ("ʃ", "ʂ"), "ç": ("ç",), "h": ("h",), "j": ("j",), "l": ("l",), "r": ("ɾ",), "ʈ": ("ʈ",),
    "ɖ": ("ɖ",), "ɳ": ("ɳ",),
}  # fmt: skip


def symbols(phones: Sequence[str], rnd: Random, *, r: str = "ɾ") -> str:
    """Kokoro's symbols for phones; «ˈ», «ˌ», «|» (between words) and «,» may stand among them."""
    out = ""
    for phone in phones:
        if phone in ("ˈ", "ˌ", ",", "."):
            out += phone
        elif phone == "|":
            out += " "
        else:
            out += rnd.choice(TABLE[phone]).replace("ɾ", r)
    return out


def usual_symbols(phones: Sequence[str]) -> str:
    """The same symbols for the same phones every time: the first of each row; «?» may stand among them too."""
    out = ""
    for phone in phones:
        out += {"|": " "}.get(phone) or (phone if phone in "ˈˌ,.?" else TABLE[phone][0])
    return out


def stressed_on_first(phones: Sequence[str]) -> tuple[str, ...]:
    """A word's phones with the main stress before its first vowel, where most Norwegian words have it."""
    first = next((k for k, phone in enumerate(phones) if phone.rstrip("ː")[0] in _VOWELS), 0)
    return (*phones[:first], "ˈ", *phones[first:])


class Kokoro:
    """One session of the network on one thread.

    ``model`` is the ONNX file with the mixtures written in (sources.py), ``vocabulary`` its symbol table,
    ``voices`` a folder of ``NAME.bin`` style tables of shape [510, 1, 256] (row = number of symbols).
    """

    def __init__(self, model: Path, vocabulary: Path, voices: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._ids: dict[str, int] = json.loads(vocabulary.read_text("utf-8"))["vocab"]
        self._ids.update({symbol: row for symbol, (row, _, _, _) in MIXTURES.items()})
        self._voices = voices
        self._styles: dict[str, NDArray[np.float32]] = {}

    @staticmethod
    def in_folder(folder: Path) -> Kokoro:
        """From kokoro.onnx, kokoro_symbols.json and voices/. Raises VoiceError naming what is missing."""
        parts = (folder / "kokoro.onnx", folder / "kokoro_symbols.json", folder / "voices")
        missing = [str(part) for part in parts if not part.exists()]
        if missing:
            raise VoiceError(Message("speaking.engine_parts_missing", parts=", ".join(missing)))
        return Kokoro(*parts)

    def style(self, name: str) -> NDArray[np.float32]:
        """Style table [510, 256] of a voice, or of a mixture written «a*0.4+b*0.6»."""
        if name not in self._styles:
            total = np.zeros((510, 256), np.float32)
            for part in name.split("+"):
                voice, _, weight = part.partition("*")
                table = np.fromfile(self._voices / f"{voice}.bin", np.float32).reshape(510, 256)
                total += float(weight or 1) * table
            if len(self._styles) > 200:
                self._styles.clear()
            self._styles[name] = total
        return self._styles[name]

    def say(self, text: str, voice: str, speed: float = 1.0) -> NDArray[np.float32]:
        """Samples at 24 kHz for a string of Kokoro symbols."""
        ids = [self._ids[c] for c in text]
        feeds = {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": self.style(voice)[len(ids)][None],
            "speed": np.array([speed], np.float32),
        }
        return np.asarray(self._session.run(None, feeds)[0], np.float32).reshape(-1)
