"""The nearest of some phrases by spelling: how a free transcription is held to a closed set."""

from __future__ import annotations

import re
from collections.abc import Sequence

from skill.edit_distance import edit_distance

_NOT_LETTERS = re.compile(r"[^\w ]|_")


def plain(text: str) -> str:
    """Small letters and single spaces, no punctuation."""
    return " ".join(_NOT_LETTERS.sub(" ", text.lower()).split())


def nearest(text: str, candidates: Sequence[str]) -> str:
    """The candidate with the fewest edits for its length; the first of equals in sorted order."""
    said = plain(text)
    return min(sorted(candidates), key=lambda c: edit_distance(said, plain(c)) / max(len(said), len(c), 1))
