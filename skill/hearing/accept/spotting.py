"""Phrases in a stream that does not stop: what was heard last is asked about again and again while somebody talks."""

from __future__ import annotations

from collections import deque

from skill.audio.samples import FRAME_S
from skill.hearing.accept.second_opinion import Opinion, SecondOpinion

WINDOW_S = 4.0  # as long as the longest cry, said slowly
FIRST_S = 1.6  # of unbroken sound, before it is asked about for the first time
EVERY_S = 0.8
AGAIN_S = 3.0  # after something was found: what was said is not found twice


class Spotter:
    """Fed with every frame of a running utterance."""

    def __init__(self, second: SecondOpinion) -> None:
        self._second = second
        self._frames: deque[bytes] = deque(maxlen=round(WINDOW_S / FRAME_S))
        self._ask_at_s = float("inf")
        self._ticket: int | None = None
        self._deaf_until_s = float("-inf")

    def begin(self, frames: list[bytes], at_s: float) -> None:
        """An utterance begins with these frames."""
        self._frames.clear()
        self._frames.extend(frames)
        self._ask_at_s = max(at_s + FIRST_S, self._deaf_until_s)
        self._ticket = None

    def feed(self, grammar: str, frame: bytes, at_s: float) -> Opinion | None:
        """One frame more; what was found out about the stretch before it, when that has come."""
        self._frames.append(frame)
        if not self._second.there:
            return None
        found = self._second.answer(self._ticket) if self._ticket is not None else None
        if found is not None:
            self._ticket = None
        elif at_s >= self._ask_at_s:
            self._ticket = self._second.ask(grammar, b"".join(self._frames))
            self._ask_at_s = at_s + EVERY_S
        return found

    def found(self, at_s: float) -> None:
        """What was found is acted on."""
        self._deaf_until_s = at_s + AGAIN_S
        self._frames.clear()
        self._ticket = None
        self._ask_at_s = self._deaf_until_s
