"""The nearest of some phrases by spelling: how a free transcription is held to a closed set."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NOT_LETTERS = re.compile(r"[^\w ]|_")


def plain(text: str) -> str:
    """Small letters and single spaces, no punctuation."""
    return " ".join(_NOT_LETTERS.sub(" ", text.lower()).split())


def edits(a: str, b: str) -> int:
    """Letters to insert, delete or replace to make `b` of `a` (Levenshtein)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            here = min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
            previous, row[j] = row[j], here
    return row[-1]


def nearest(text: str, candidates: Sequence[str]) -> str:
    """The candidate with the fewest edits for its length; the first of equals in sorted order."""
    said = plain(text)
    return min(sorted(candidates), key=lambda c: edits(said, plain(c)) / max(len(said), len(c), 1))
