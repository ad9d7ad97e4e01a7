"""Texts cut into sentences: the unit that is rendered, kept and joined."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.?!])\s+")


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of a text, each with its mark at the end; white space made single."""
    return tuple(part for part in _END.split(" ".join(text.split())) if part)
