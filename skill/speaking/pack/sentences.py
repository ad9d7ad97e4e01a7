"""Texts cut into sentences: the unit that is rendered, kept and joined."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.?!])\s+")


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of a text, each with its mark at the end; white space made single.

    One word is no sentence of its own where another follows («Takk. Ha en fin dag.»): said alone, it gets stray sounds.
    """
    out: list[str] = []
    for part in _END.split(" ".join(text.split())):
        if out and " " not in out[-1]:
            out[-1] = f"{out[-1]} {part}"
        elif part:
            out.append(part)
    return tuple(out)
