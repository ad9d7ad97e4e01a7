"""Whisper base (MIT) as a stranger's ear, told nothing but that Norwegian is spoken; through ctranslate2.

The folder holds model.bin, config.json, vocabulary.json and tokenizer.json as `ctranslate2` has them
(`models/training/second_ear` names the packages that carry them).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skill.edit_distance import edit_distance
from skill.second_ear.features import log_mel

RATE_HZ = 16_000
WINDOW_S = 30.0
_NUMBERS = {"113": "en en tre", "116117": "en en seks en en sju", "0": "null", "1": "en", "2": "to", "3": "tre",
            "6": "seks", "7": "sju", "10": "ti"}  # fmt: skip


def spelled(text: str) -> str:
    """Letters only, lower case, numbers as words: what two texts are compared by."""
    text = re.sub(r"(?<=\d) (?=\d)", "", text.lower())
    text = re.sub(
        r"\d+", lambda m: _NUMBERS.get(m.group()) or " ".join(_NUMBERS.get(d, d) for d in m.group()), text
    )
    text = text.replace("é", "e")
    return " ".join(re.findall(r"[a-zæøåäöü]+", text))


def letter_errors(said: str, heard: str) -> float:
    """Character error rate of one sentence, at most 1."""
    want = spelled(said)
    return min(1.0, edit_distance(want, spelled(heard)) / max(1, len(want)))


def nearest(heard: str, texts: Sequence[str]) -> str:
    """Which of the texts comes nearest to what was heard, by letters changed of the longer one's."""
    got = spelled(heard)
    return min(
        texts, key=lambda text: edit_distance(spelled(text), got) / max(len(spelled(text)), len(got), 1)
    )


class Stranger:
    """Whisper base on one thread."""

    def __init__(self, folder: Path, language: str = "no") -> None:
        import ctranslate2
        from tokenizers import Tokenizer

        self._model: Any = ctranslate2.models.Whisper(
            str(folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=1
        )
        self._tokens: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        prompt = ["<|startoftranscript|>", f"<|{language}|>", "<|transcribe|>", "<|notimestamps|>"]
        self._prompt = [self._tokens.token_to_id(token) for token in prompt]
        self._vocabulary = json.loads((folder / "vocabulary.json").read_text("utf-8"))
        self._storage: Any = ctranslate2.StorageView

    def transcribe(self, samples: NDArray[np.float64], window_s: float = WINDOW_S) -> str:
        """What it hears in samples at 16 kHz (±1), silence added up to its window."""
        padded = np.zeros(int(window_s * RATE_HZ), np.float32)
        padded[: len(samples)] = samples[: len(padded)]
        features = self._storage.from_array(np.ascontiguousarray(log_mel(padded)[None]))
        found = self._model.generate(features, [self._prompt], beam_size=5, max_length=80)
        return str(self._tokens.decode(found[0].sequences_ids[0])).strip()
